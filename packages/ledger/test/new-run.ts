import { randomBytes } from 'node:crypto'
import {
  type ClaimedPage,
  claimPage,
  createRun,
  type Database,
  findRun,
  moveRun,
  type NewRun,
  type RunRecord,
} from '../src/index.ts'

export const newRunId = (): string => `r${randomBytes(5).toString('hex')}`

/** A run of four pages into a table of its own, unless told otherwise. */
export function newRun(changes: Partial<NewRun> = {}): NewRun {
  const runId = changes.runId ?? newRunId()
  return {
    runId,
    topic: 'things',
    mode: 'initialize',
    strategy: 'full',
    definition: '{}',
    sourceUrl: 'https://data.example.org',
    dataset: 'abcd-1234',
    targetHost: '127.0.0.1:3306',
    targetDb: 'somewhere',
    targetTable: `table_${runId}`,
    sourceFilter: null,
    plannedRows: 35,
    pageRows: 10,
    versionKind: 'replica',
    sourceVersion: 'Tue, 23 Jul 2019 10:00:00 GMT',
    sourceFingerprint: 'f'.repeat(64),
    baseKey: 0,
    rowsBefore: 0,
    requestCount: 2,
    note: null,
    ...changes,
  }
}

/** A run in the state in which workers take its pages. */
export async function startRun(database: Database, changes: Partial<NewRun> = {}): Promise<RunRecord> {
  const run = newRun(changes)
  await createRun(database, run)
  await moveRun(database, { runId: run.runId, generation: 1 }, ['planned'], 'loading')
  return readRun(database, run.runId)
}

export async function readRun(database: Database, runId: string): Promise<RunRecord> {
  const run = await findRun(database, runId)
  if (run === undefined) throw new Error(`run ${runId} is gone`)
  return run
}

/** The claim of a page, or undefined where there is nothing to do. */
export const tryClaim = (
  database: Database,
  runId: string,
  pageNo = 0,
  more: { generation?: number; enqueueNo?: number } = {},
) => claimPage(database, { runId, pageNo, generation: 1, enqueueNo: 1, claimedBy: 'host:1', ...more })

export async function claim(database: Database, runId: string, pageNo = 0): Promise<ClaimedPage> {
  const page = await tryClaim(database, runId, pageNo)
  if (page === undefined) throw new Error(`page ${pageNo} of run ${runId} can't be claimed`)
  return page
}

export const RESULT = {
  rowCount: 10,
  digestSum: '18446744073709',
  bodyBytes: 4_000,
  fetchMs: 20,
  loadMs: 10,
} as const
