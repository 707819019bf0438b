import {
  type LastSuccess,
  listLastSuccesses,
  listOpenRuns,
  type RunRecord,
  type RunState,
} from '@gather/ledger'
import type { Reading } from '@gather/platform'
import { countRuns } from './count-runs.ts'
import type { DashboardContext } from './dashboard-context.ts'
import { NO_PAGES, type PageCounts, readPageCounts } from './read-page-counts.ts'

/** What `/metrics` tells, as it was read. */
export interface Measures {
  readonly version: string
  readonly ledger: Reading<LedgerMeasures>
  readonly queues: Reading<QueueMeasures>
}

export interface LedgerMeasures {
  readonly runs: ReadonlyMap<RunState, number>
  readonly openRuns: readonly { readonly run: RunRecord; readonly counts: PageCounts }[]
  readonly successes: readonly LastSuccess[]
}

export interface QueueMeasures {
  readonly workerCount: number
  /** Jobs by state, by queue. */
  readonly jobs: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Reads them side by side; the one that is away does not hide the other. */
export async function readMeasures(context: DashboardContext): Promise<Measures> {
  const health = await context.readHealth()
  const [ledger, queues] = await Promise.all([
    health.database.ok ? context.read('the database', readLedger(context)) : health.database,
    health.redis.ok
      ? context.read('Redis', readQueues(context, health.redis.value.workerCount))
      : health.redis,
  ])
  return { version: context.version, ledger, queues }
}

async function readLedger({ services: { database } }: DashboardContext): Promise<LedgerMeasures> {
  const [runs, openRuns, successes] = await Promise.all([
    countRuns(database),
    listOpenRuns(database),
    listLastSuccesses(database),
  ])
  const counts = await readPageCounts(
    database,
    openRuns.map((run) => run.runId),
  )
  return {
    runs,
    openRuns: openRuns.map((run) => ({ run, counts: counts.get(run.runId) ?? NO_PAGES })),
    successes,
  }
}

async function readQueues(
  { services: { queue } }: DashboardContext,
  workerCount: number,
): Promise<QueueMeasures> {
  const queues = [queue.pages, queue.settles, queue.occurrences.jobs]
  const jobs = await Promise.all(queues.map(async (each) => [each.name, await each.getJobCounts()] as const))
  return { workerCount, jobs: Object.fromEntries(jobs) }
}
