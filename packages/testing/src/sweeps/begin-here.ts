import { findRun, isOpen, readLogEntries } from '@gather/ledger'
import { beginLoading, planRun, recordPlan } from '@gather/runs'
import { checkRun } from '../checker/check-run.ts'
import { portalRows, type RowSet, storedRows } from '../checker/compare-rows.ts'
import { type Reader, startReader } from '../checker/reader.ts'
import { eventually } from '../eventually.ts'
import type { Trial } from '../nemesis/nemesis-stack.ts'
import type { TestStack } from '../test-stack.ts'

export interface BeginHereOptions {
  /** Read everything, whatever the topic's strategy is. @defaultValue true */
  readonly initialize?: boolean
  /** Rows of a page. @defaultValue the topic's own */
  readonly pageRows?: number
  readonly withReader?: boolean
}

const PLAN_WITHIN_MS = 30_000
const END_WITHIN_MS = 60_000

/** Begins a run in this process, which saves the second that a planner takes to start; no server may die meanwhile. */
export async function beginHere(stack: TestStack, options: BeginHereOptions = {}): Promise<Trial> {
  const { services, topic } = stack
  const before = await storedRows(services.database, topic)
  const reader = options.withReader ? startReader(stack.testDatabase.url, topic.target.table) : undefined
  const { initialize = true, pageRows } = options
  const planOptions = { initialize, pageRows, allowEmpty: false, allowShrink: false }
  const plan = await planRun(services, topic, planOptions, AbortSignal.timeout(PLAN_WITHIN_MS))
  const { runId } = await recordPlan(services, plan)
  await beginLoading(services, runId)
  return watchRun(stack, { runId, before, ...(reader === undefined ? {} : { reader }) })
}

export interface WatchedRun {
  readonly runId: string
  /** The target's rows before the run. */
  readonly before: RowSet
  readonly reader?: Reader
}

/** A run that somebody has begun, under trial. */
export function watchRun(stack: TestStack, { runId, before, reader }: WatchedRun): Trial {
  const { services, topic } = stack
  return {
    runId,
    ended: (withinMs = END_WITHIN_MS) =>
      eventually(`the end of run ${runId}`, () => readEnd(stack, runId), withinMs),
    pagesDone: () => countPagesDone(stack, runId),
    async check(source = portalRows(stack.portal.dataset(topic.source.dataset), topic)) {
      const reading = await reader?.stop()
      const { database, importLog } = services
      const facts = { database, importLog, topic, runId, before, source }
      return checkRun(reading === undefined ? facts : { ...facts, reading })
    },
  }
}

/** The run once it is over, logged, and its staging gone. */
async function readEnd({ services }: TestStack, runId: string) {
  const run = await findRun(services.database, runId)
  if (run === undefined || isOpen(run.state)) return undefined
  const entries = await readLogEntries(services.importLog, runId)
  if (!entries.some((entry) => entry.phase === 'final')) return undefined
  const tables = await services.store.listRunTables()
  return tables.some((table) => table.runId === runId && !table.old) ? undefined : run
}

async function countPagesDone({ services }: TestStack, runId: string): Promise<number> {
  const [row] = await services.database.rows<{ n: number }>(
    "SELECT COUNT(*) AS n FROM import_page WHERE run_id = ? AND state = 'done'",
    [runId],
  )
  return row?.n ?? 0
}
