import type { Scenario } from '../bench-context.ts'
import { startPagePortalProcess } from '../portal-process.ts'
import type { RunMeasure } from '../product/run-measure.ts'
import { formatNumber } from '../report/format-number.ts'
import { openStage } from '../stage.ts'
import { reportRuns } from './report-runs.ts'
import { readSizes, type Sizes } from './sizes.ts'

const GOAL = 1.3

interface Pair {
  readonly quick: RunMeasure
  readonly slow: RunMeasure
}

/** A portal that takes its time for each request: how well its answers are waited for side by side. */
export const latency: Scenario = async (context) => {
  const { options, log } = context
  const sizes = readSizes(options, { rowCount: 200_000, pageRows: 1_000, workerCount: 8, latencyMs: 300 })
  const slow = await startPagePortalProcess(context, { name: 'slow', ...sizes })
  const quick = await startPagePortalProcess(context, { name: 'quick', ...sizes, latencyMs: 0 })
  const stage = await openStage(context, { portals: [quick, slow], ...sizes })
  const pairs: Pair[] = []
  while (pairs.length <= options.runCount) {
    stage.choosePortal(quick)
    const quickRun = await stage.initialize()
    stage.choosePortal(slow)
    const pair = { quick: quickRun, slow: await stage.initialize() }
    pairs.push(pair)
    const times = [pair.slow, pair.quick].map(({ runMs }) => formatNumber(runMs / 1000, 3))
    log(`latency: ${times[0]} s slow, ${times[1]} s quick${pairs.length === 1 ? ' (not counted)' : ''}`)
  }
  return reportPairs(context, sizes, pairs.slice(1))
}

function reportPairs(
  context: Parameters<Scenario>[0],
  sizes: Sizes,
  pairs: readonly Pair[],
): ReturnType<typeof reportRuns> {
  const slowRuns = pairs.map(({ slow }) => slow)
  const waitS = shortestWait(sizes)
  const seconds = (runs: readonly RunMeasure[]) => runs.map(({ runMs }) => runMs / 1000)
  const ratios = pairs.map(({ slow, quick }) => slow.runMs / 1000 / Math.max(waitS, quick.runMs / 1000))
  return reportRuns(context, {
    scenario: 'latency',
    sizes,
    runs: slowRuns,
    figures: [
      { what: 'with latency', unit: 's', samples: seconds(slowRuns) },
      { what: 'without latency', unit: 's', samples: seconds(pairs.map(({ quick }) => quick)) },
      { what: 'with latency / the larger of bound and without', unit: 'x', samples: ratios, goalMax: GOAL },
    ],
    notes: [`bound of the waiting alone: ${formatNumber(waitS, 3)} s (pages x latency / slots)`],
  })
}

/** Seconds that the pages' requests take, with every slot waiting all the time. */
function shortestWait({ rowCount, pageRows, workerCount, concurrency, latencyMs }: Sizes): number {
  const pageCount = Math.ceil(rowCount / pageRows)
  return (pageCount * latencyMs) / 1000 / (workerCount * concurrency)
}
