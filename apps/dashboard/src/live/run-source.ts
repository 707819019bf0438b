import { findRun, isOpen } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { ServiceHealth } from '@gather/runs'
import { packCells } from '../assets/page-map-shape.js'
import type { DashboardContext } from '../dashboard-context.ts'
import { problemsPart, servicesPart } from '../pages/page-layout.ts'
import { runParts } from '../pages/run-page.ts'
import { isOver, type RunView, readRunView } from '../reads/read-run-view.ts'
import { MOVING_PAUSE_MS, RESTING_PAUSE_MS } from './live-pauses.ts'
import type { LiveSource, LiveState } from './live-source.ts'

/** The page of a run, live until the run is over and its last import_log row is written. */
export function createRunSource(context: DashboardContext, runId: string): LiveSource {
  return {
    key: `run ${runId}`,
    async read() {
      const health = await context.readHealth()
      const view = await readView(context, runId, health)
      if (view === undefined) return prunedState(health)
      return view.ok ? stateOf(health, view.value) : unreadableState({ ...health, database: view })
    },
  }
}

async function readView(
  context: DashboardContext,
  runId: string,
  health: ServiceHealth,
): Promise<Reading<RunView> | undefined> {
  if (!health.database.ok) return health.database
  const run = await context.read('the database', findRun(context.services.database, runId))
  if (!run.ok) return run
  if (run.value === undefined) return undefined
  return readRunView(context, run.value, health)
}

const serviceParts = (health: ServiceHealth) => [
  { id: 'services', markup: servicesPart(health) },
  { id: 'problems', markup: problemsPart(health) },
]

function stateOf(health: ServiceHealth, view: RunView): LiveState {
  const parts = Object.entries(runParts(view)).map(([id, markup]) => ({ id, markup }))
  return {
    parts: [...serviceParts(health), ...parts],
    texts: { cells: packCells(view.cells) },
    news: `The run is ${view.run.state}`,
    isCurrent: health.redis.ok && view.log.ok,
    isOver: isOver(view),
    pauseMs: isOpen(view.run.state) ? MOVING_PAUSE_MS : RESTING_PAUSE_MS,
  }
}

function prunedState(health: ServiceHealth): LiveState {
  const news = 'The run is not in the ledger any more'
  return { ...unreadableState(health), news, isCurrent: true, isOver: true }
}

function unreadableState(health: ServiceHealth): LiveState {
  return {
    parts: serviceParts(health),
    texts: {},
    news: 'The database is unreachable',
    isCurrent: false,
    isOver: false,
    pauseMs: RESTING_PAUSE_MS,
  }
}
