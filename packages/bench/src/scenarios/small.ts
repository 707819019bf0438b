import { PET_LICENSE_ROW_COUNT } from '@gather/sample-portal'
import type { Scenario } from '../bench-context.ts'
import { startPagePortalProcess } from '../portal-process.ts'
import { openStage } from '../stage.ts'
import { repeatRuns } from './repeat-runs.ts'
import { reportRuns } from './report-runs.ts'
import { readSizes } from './sizes.ts'

const GOAL_S = 1

/** The data set of the predecessor: from the beginning of planning to the final import_log row. */
export const small: Scenario = async (context) => {
  const sizes = readSizes(context.options, {
    rowCount: PET_LICENSE_ROW_COUNT,
    pageRows: 10_000,
    workerCount: 2,
  })
  const portal = await startPagePortalProcess(context, { name: 'small', ...sizes })
  const stage = await openStage(context, { portals: [portal], ...sizes })
  const runs = await repeatRuns(context, { name: 'small', run: stage.initialize })
  const samples = runs.map(({ finalRowMs }) => finalRowMs / 1000)
  return reportRuns(context, {
    scenario: 'small',
    sizes,
    runs,
    figures: [{ what: 'planning to final import_log row', unit: 's', samples, goalMax: GOAL_S }],
  })
}
