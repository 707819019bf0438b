import { isOpen } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { ServiceHealth } from '@gather/runs'
import { htmlAnswer } from '../answer.ts'
import type { DashboardContext } from '../dashboard-context.ts'
import type { Handler } from '../handler.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { runsPage } from '../pages/runs-page.ts'
import type { RunsQuery } from '../pages/runs-url.ts'
import { type Listing, readListing } from '../reads/read-listing.ts'
import { readRunsQuery } from '../runs-query.ts'
import { REFRESH_SECONDS } from './refresh.ts'

/** `/`: the newest runs; `?topic=` and `?state=` confine the list, `?before=` continues it. */
export const showRuns: Handler = async (context, request) => {
  const query = readRunsQuery(request.query)
  const probed = await context.readHealth()
  const listing = await readList(context, probed, query)
  const health = listing.ok ? probed : { ...probed, database: listing }
  const isMoving = !listing.ok || listing.value.runs.some(({ run }) => isOpen(run.state))
  const refresh = !isMoving ? 'none' : request.query.get('refresh') === 'off' ? 'off' : 'on'
  const page = pageLayout({
    title: query.topic === undefined ? 'Runs' : `Runs of ${query.topic}`,
    assets: context.assets,
    health,
    refreshSeconds: refresh === 'on' ? REFRESH_SECONDS : 0,
    scripts: ['live.js'],
    content: runsPage({ listing: listing.ok ? listing.value : undefined, query, refresh }),
  })
  return htmlAnswer(health.database.ok && health.redis.ok ? 200 : 503, page)
}

async function readList(
  context: DashboardContext,
  health: ServiceHealth,
  query: RunsQuery,
): Promise<Reading<Listing>> {
  if (!health.database.ok) return health.database
  return context.read('the database', readListing(context, query))
}
