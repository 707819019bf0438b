import type { ScenarioContext } from '../bench-context.ts'
import type { RunMeasure } from '../product/run-measure.ts'
import { formatNumber } from '../report/format-number.ts'

export interface RepeatedRun {
  readonly name: string
  readonly run: () => Promise<RunMeasure>
  /** Begin with a run that is not counted. @defaultValue true */
  readonly warmsUp?: boolean
}

/** As many runs as the options say. */
export async function repeatRuns(
  { options, log }: ScenarioContext,
  { name, run, warmsUp = true }: RepeatedRun,
): Promise<RunMeasure[]> {
  if (warmsUp) {
    log(`${name}: a run that is not counted`)
    await run()
  }
  const runs: RunMeasure[] = []
  while (runs.length < options.runCount) {
    const measured = await run()
    runs.push(measured)
    log(`${name}: run ${runs.length} of ${options.runCount} took ${formatNumber(measured.runMs / 1000, 3)} s`)
  }
  return runs
}
