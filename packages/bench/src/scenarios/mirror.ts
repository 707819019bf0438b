import { PET_LICENSE_ROW_COUNT } from '@gather/sample-portal'
import type { Scenario } from '../bench-context.ts'
import { startSamplePortalProcess } from '../portal-process.ts'
import type { RunMeasure } from '../product/run-measure.ts'
import { runPlanner } from '../product/run-planner.ts'
import { openStage, type Stage } from '../stage.ts'
import { repeatRuns } from './repeat-runs.ts'
import { reportRuns } from './report-runs.ts'
import { readSizes } from './sizes.ts'

const GOAL_S = 0.3
const REQUESTS_MAX = 5

/** An incremental run on a source that has not changed, at the portal that answers every query. */
export const mirror: Scenario = async (context) => {
  const sizes = {
    ...readSizes(context.options, { rowCount: PET_LICENSE_ROW_COUNT, pageRows: 10_000, workerCount: 2 }),
    latencyMs: 0,
  }
  const portal = await startSamplePortalProcess(context, sizes.rowCount)
  const stage = await openStage(context, { portals: [portal], ...sizes })
  await stage.initialize()
  const runs = await repeatRuns(context, { name: 'mirror', run: stage.update })
  const requests = []
  for (const run of runs) requests.push(await countRequests(stage, run))
  const samples = runs.map(({ finalRowMs }) => finalRowMs / 1000)
  return reportRuns(context, {
    scenario: 'mirror',
    sizes,
    runs,
    figures: [
      { what: 'planning to final import_log row', unit: 's', samples, goalMax: GOAL_S },
      { what: 'requests', unit: 'requests', samples: requests, goalMax: REQUESTS_MAX },
    ],
  })
}

/**
 * Requests that a run's receipt tells.
 * @throws Error where the run was no mirror run that found nothing to do
 */
async function countRequests({ product }: Stage, { runId }: RunMeasure): Promise<number> {
  const { json } = await runPlanner(['show', runId, '--json'], product)
  const { strategy, pages, requests } = json
  if (strategy !== 'mirror' || pages !== 0 || typeof requests !== 'number')
    throw new Error(`run ${runId} read ${pages} pages by strategy ${strategy}; it was to find nothing to do`)
  return requests
}
