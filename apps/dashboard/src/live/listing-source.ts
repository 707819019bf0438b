import { isOpen } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { ServiceHealth } from '@gather/runs'
import type { DashboardContext } from '../dashboard-context.ts'
import { formatCounted } from '../pages/figures.ts'
import { problemsPart, servicesPart } from '../pages/page-layout.ts'
import { rowPart, runRow } from '../pages/run-row.ts'
import { runsCaption, runsPart } from '../pages/runs-page.ts'
import { type RunsQuery, runsUrl } from '../pages/runs-url.ts'
import { type Listing, readListing } from '../reads/read-listing.ts'
import { MOVING_PAUSE_MS, RESTING_PAUSE_MS } from './live-pauses.ts'
import type { LivePart, LiveSource, LiveState } from './live-source.ts'

/** The list of runs that `query` asks for, live without end. */
export function createListingSource(context: DashboardContext, query: RunsQuery): LiveSource {
  return {
    key: runsUrl(query),
    async read() {
      const health = await context.readHealth()
      const listing: Reading<Listing> = health.database.ok
        ? await context.read('the database', readListing(context, query))
        : health.database
      return stateOf(listing.ok ? health : { ...health, database: listing }, listing, query)
    },
  }
}

function stateOf(health: ServiceHealth, listing: Reading<Listing>, query: RunsQuery): LiveState {
  const openCount = listing.ok ? listing.value.runs.filter(({ run }) => isOpen(run.state)).length : 0
  return {
    parts: [
      { id: 'services', markup: servicesPart(health) },
      { id: 'problems', markup: problemsPart(health) },
      ...(listing.ok ? listParts(listing.value, query) : []),
    ],
    texts: {},
    news: listing.ok ? `${formatCounted(openCount, 'run')} open` : 'The database is unreachable',
    isCurrent: listing.ok && health.redis.ok,
    isOver: false,
    pauseMs: openCount > 0 ? MOVING_PAUSE_MS : RESTING_PAUSE_MS,
  }
}

/** The list, and after it each of its rows: where only rows have changed, only these are sent. */
const listParts = (listing: Listing, query: RunsQuery): LivePart[] => [
  {
    id: 'runs',
    markup: runsPart(listing, query),
    mark: `${runsCaption(listing, query)} ${listing.runs.map(({ run }) => run.runId).join(' ')}`,
  },
  ...listing.runs.map((listed) => ({
    id: rowPart(listed.run),
    markup: runRow(listed),
    within: 'runs',
  })),
]
