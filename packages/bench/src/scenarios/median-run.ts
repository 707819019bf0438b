import type { RunMeasure } from '../product/run-measure.ts'
import { spreadOf } from '../statistics.ts'

/** The run whose time is nearest to the median. */
export function findMedianRun(runs: readonly RunMeasure[]): RunMeasure {
  const { median } = spreadOf(runs.map(({ runMs }) => runMs))
  const distance = ({ runMs }: RunMeasure) => Math.abs(runMs - median)
  return runs.reduce((nearest, run) => (distance(run) < distance(nearest) ? run : nearest))
}
