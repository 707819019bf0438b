import { isOpen, listRuns, type RunRecord } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { ServiceHealth } from '@gather/runs'
import { htmlAnswer } from '../answer.ts'
import type { DashboardContext } from '../dashboard-context.ts'
import type { Handler } from '../handler.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { progressOf } from '../pages/run-progress.ts'
import { type ListedRun, runsPage } from '../pages/runs-page.ts'
import { NO_PAGES, readPageCounts } from '../read-page-counts.ts'
import { REFRESH_SECONDS } from './refresh.ts'

const RUNS_MAX = 50
const TOPIC_MAX = 64

/** `/`: the newest runs, of one topic with `?topic=`. */
export const showRuns: Handler = async (context, request) => {
  const topic = request.query.get('topic')?.slice(0, TOPIC_MAX) || undefined
  const probed = await context.readHealth()
  const runs = await readRuns(context, probed, topic)
  const health = runs.ok ? probed : { ...probed, database: runs }
  const isLive = !runs.ok || runs.value.some(({ run }) => isOpen(run.state))
  const refresh = !isLive ? 'none' : request.query.get('refresh') === 'off' ? 'off' : 'on'
  const content = runsPage({ runs: runs.ok ? runs.value : undefined, topic, limit: RUNS_MAX, refresh })
  const page = pageLayout({
    title: topic === undefined ? 'Runs' : `Runs of ${topic}`,
    assets: context.assets,
    health,
    refreshSeconds: refresh === 'on' ? REFRESH_SECONDS : 0,
    content,
  })
  return htmlAnswer(health.database.ok && health.redis.ok ? 200 : 503, page)
}

async function readRuns(
  context: DashboardContext,
  health: ServiceHealth,
  topic: string | undefined,
): Promise<Reading<ListedRun[]>> {
  if (!health.database.ok) return health.database
  return context.read('the database', readListing(context, topic))
}

async function readListing({ services }: DashboardContext, topic: string | undefined): Promise<ListedRun[]> {
  const runs = await listRuns(services.database, { topic, limit: RUNS_MAX })
  const counts = await readPageCounts(
    services.database,
    runs.filter(isUnproven).map((run) => run.runId),
  )
  return runs.map((run) => ({
    run,
    progress: progressOf(run, isUnproven(run) ? (counts.get(run.runId) ?? NO_PAGES) : undefined),
  }))
}

/** The pages of a success need not be counted again at each look: they were when it was proven. */
const isUnproven = (run: RunRecord): boolean => run.state !== 'succeeded'
