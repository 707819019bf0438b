import { isOpen, listRunSummaries, listRunTopics, OPEN_RUN_STATES, type RunSummary } from '@gather/ledger'
import type { DashboardContext } from '../dashboard-context.ts'
import { progressOf, type RunProgress } from '../pages/run-progress.ts'
import type { RunsQuery } from '../pages/runs-url.ts'
import { NO_PAGES, type PageCounts, readPageCounts } from '../read-page-counts.ts'

export const RUNS_MAX = 50

export interface ListedRun {
  readonly run: RunSummary
  readonly progress: RunProgress
}

/** A list of runs as it is shown. */
export interface Listing {
  readonly runs: readonly ListedRun[]
  /** Whether there are older runs than these. */
  readonly hasOlder: boolean
  /** Every topic that has a run. */
  readonly topics: readonly string[]
}

/** Reads the list of runs that `query` asks for. */
export async function readListing(context: DashboardContext, query: RunsQuery): Promise<Listing> {
  const { database } = context.services
  const { topic, before } = query
  const states =
    query.state === undefined ? undefined : query.state === 'open' ? OPEN_RUN_STATES : [query.state]
  const [found, topics] = await Promise.all([
    listRunSummaries(database, { topic, states, before, limit: RUNS_MAX + 1 }),
    listRunTopics(database),
  ])
  const runs = found.slice(0, RUNS_MAX)
  const counts = await countPages(context, runs)
  return {
    runs: runs.map((run) => ({ run, progress: progressOf(run, counts(run)) })),
    hasOlder: found.length > RUNS_MAX,
    topics,
  }
}

/** The pages of a success were counted when it was proven, those of another run that is over do not change any more. */
async function countPages({ services, endedCounts }: DashboardContext, runs: readonly RunSummary[]) {
  const unproven = runs.filter((run) => run.state !== 'succeeded')
  const unknown = unproven.filter((run) => isOpen(run.state) || !endedCounts.has(run.runId))
  const counts = await readPageCounts(
    services.database,
    unknown.map((run) => run.runId),
  )
  for (const run of unknown)
    if (!isOpen(run.state)) endedCounts.set(run.runId, counts.get(run.runId) ?? NO_PAGES)
  return (run: RunSummary): PageCounts | undefined => {
    if (run.state === 'succeeded') return undefined
    return counts.get(run.runId) ?? endedCounts.get(run.runId) ?? NO_PAGES
  }
}
