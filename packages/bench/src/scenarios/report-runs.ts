import type { ScenarioContext } from '../bench-context.ts'
import type { RunMeasure } from '../product/run-measure.ts'
import { renderProfile } from '../report/render-profile.ts'
import type { Figure, ScenarioReport } from '../report/scenario-report.ts'
import { findMedianRun } from './median-run.ts'
import { processFigures } from './process-figures.ts'
import { describeSizes, type Sizes } from './sizes.ts'

export interface ReportedRuns {
  readonly scenario: string
  readonly sizes: Sizes
  readonly runs: readonly RunMeasure[]
  /** Those of the scenario itself; the peaks of memory are added. */
  readonly figures: readonly Figure[]
  readonly notes?: readonly string[]
}

/** The report of a scenario that runs the product alone. */
export function reportRuns(
  { options, server }: ScenarioContext,
  { scenario, sizes, runs, figures, notes = [] }: ReportedRuns,
): ScenarioReport {
  return {
    scenario,
    server: `${server.flavour} ${server.version}`,
    setup: describeSizes(sizes),
    figures: [...figures, ...processFigures(runs)],
    notes,
    profile: options.profile ? renderProfile(findMedianRun(runs)) : undefined,
    measured: runs,
  }
}
