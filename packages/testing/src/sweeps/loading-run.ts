import { randomBytes } from 'node:crypto'
import { type ClaimedPage, claimPage, createRun, type Database, moveRun } from '@gather/ledger'
import { encodePage, type RunTables, type Store } from '@gather/store'
import { parseTopic, type Topic } from '@gather/topics'

type PortalRow = Readonly<Record<string, unknown>>

/** A topic `things` of these columns, which are named as the portal's fields. */
export function defineThings(columns: Readonly<Record<string, { type: string; null?: boolean }>>): Topic {
  const named = Object.entries(columns).map(([name, column]) => [name, { from: name, ...column }])
  const source = { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' }
  const target = { store: 'mysql', table: 'things' }
  return parseTopic({ topic: 'things', source, target, columns: Object.fromEntries(named) }, 'sweeps')
}

export const newRunId = (): string => `r${randomBytes(5).toString('hex')}`

export interface RunSize {
  readonly plannedRows: number
  readonly pageRows?: number
}

/** A run in state `loading` whose staging table is there. */
export async function startLoading(
  database: Database,
  store: Store,
  topic: Topic,
  { plannedRows, pageRows = Math.max(1, plannedRows) }: RunSize,
): Promise<RunTables> {
  const runId = newRunId()
  await createRun(database, {
    runId,
    topic: topic.name,
    mode: 'initialize',
    strategy: 'full',
    definition: JSON.stringify(topic.definition),
    sourceUrl: topic.source.url,
    dataset: topic.source.dataset,
    targetHost: database.host,
    targetDb: database.schema,
    // One open run per target: each run of these tests names another one in the ledger.
    targetTable: runId,
    baseKey: 0,
    rowsBefore: 0,
    requestCount: 0,
    note: null,
    sourceFilter: null,
    plannedRows,
    pageRows,
    versionKind: 'metadata',
    sourceVersion: '1',
    sourceFingerprint: '0'.repeat(64),
  })
  const run = { runId, generation: 1 }
  await store.createStaging(topic, run)
  await moveRun(database, run, ['planned'], 'loading')
  return run
}

/** Claims a page of a run made by {@link startLoading}. */
export async function claimPageNo(database: Database, run: RunTables, pageNo = 0): Promise<ClaimedPage> {
  const page = await claimPage(database, { ...run, pageNo, enqueueNo: 1, claimedBy: 'test' })
  if (page === undefined) throw new Error(`page ${pageNo} of run ${run.runId} can't be claimed`)
  return page
}

/** What a page that nobody fetched is said to have taken. */
export const PAGE_MEASURES = { bodyBytes: 100, fetchMs: 1 } as const

/** Stages all `rows` as the one page of a new run. */
export async function stageRows(
  database: Database,
  store: Store,
  topic: Topic,
  rows: readonly PortalRow[],
): Promise<RunTables> {
  const run = await startLoading(database, store, topic, { plannedRows: rows.length })
  await store.storePage(topic, await claimPageNo(database, run), encodePage(topic, rows, 1), PAGE_MEASURES)
  return run
}
