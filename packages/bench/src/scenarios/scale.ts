import type { Scenario, ScenarioContext } from '../bench-context.ts'
import { createCleanup } from '../cleanup.ts'
import { startPagePortalProcess } from '../portal-process.ts'
import type { RunMeasure } from '../product/run-measure.ts'
import { formatNumber } from '../report/format-number.ts'
import { renderProfile } from '../report/render-profile.ts'
import type { Figure } from '../report/scenario-report.ts'
import { openStage } from '../stage.ts'
import { spreadOf } from '../statistics.ts'
import { findMedianRun } from './median-run.ts'
import { processFigures } from './process-figures.ts'
import { repeatRuns } from './repeat-runs.ts'
import { describeSizes, readSizes, type Sizes } from './sizes.ts'

const SMALLER_ROWS = [50_000, 1_000_000]
const LARGEST_ROWS = 10_000_000
const GOAL = 1.2
/** A longer run takes minutes, and what is cold at its beginning does not show in them. */
const WARMED_ROWS_MAX = 2_000_000

interface SizeRuns {
  readonly sizes: Sizes
  readonly runs: readonly RunMeasure[]
}

/** The same import at sizes far apart: time per row, and memory that does not grow. */
export const scale: Scenario = async (context) => {
  const { options, server } = context
  const largest = readSizes(options, { rowCount: LARGEST_ROWS, pageRows: 10_000, workerCount: 2 })
  const rowCounts = [...SMALLER_ROWS.filter((rowCount) => rowCount < largest.rowCount), largest.rowCount]
  const all: SizeRuns[] = []
  for (const rowCount of rowCounts) all.push(await runSize(context, { ...largest, rowCount }))
  const last = all.at(-1)
  return {
    scenario: 'scale',
    server: `${server.flavour} ${server.version}`,
    setup: describeSizes(largest),
    figures: all.flatMap((each) => figuresOf(each, all[0])),
    notes: [],
    profile: options.profile && last !== undefined ? renderProfile(findMedianRun(last.runs)) : undefined,
    measured: all,
  }
}

/** With processes of its own, so that the memory of one size does not count for the next. */
async function runSize(context: ScenarioContext, sizes: Sizes): Promise<SizeRuns> {
  const name = `scale-${sizes.rowCount}`
  const cleanup = createCleanup(context.log)
  context.cleanup.add(cleanup.run)
  try {
    const own = { ...context, cleanup }
    context.log(`${name}: preparing the pages`)
    const portal = await startPagePortalProcess(own, { name, ...sizes })
    const stage = await openStage(own, { portals: [portal], ...sizes })
    const warmsUp = sizes.rowCount <= WARMED_ROWS_MAX
    return { sizes, runs: await repeatRuns(own, { name, run: stage.initialize, warmsUp }) }
  } finally {
    await cleanup.run()
  }
}

function figuresOf({ sizes, runs }: SizeRuns, smallest: SizeRuns | undefined): Figure[] {
  const rows = `${formatNumber(sizes.rowCount, 0)} rows`
  const perRow = microsecondsPerRow({ sizes, runs })
  const base = smallest === undefined ? Number.NaN : spreadOf(microsecondsPerRow(smallest)).median
  const isSmallest = sizes.rowCount === smallest?.sizes.rowCount
  return [
    { what: rows, unit: 's', samples: runs.map(({ runMs }) => runMs / 1000) },
    { what: `${rows}: per row`, unit: 'us/row', samples: perRow },
    ...(isSmallest
      ? []
      : [
          {
            what: `${rows}: per row / that of the smallest`,
            unit: 'x' as const,
            samples: perRow.map((time) => time / base),
            goalMax: GOAL,
          },
        ]),
    ...processFigures(runs).map((figure) => ({ ...figure, what: `${rows}: ${figure.what}` })),
  ]
}

const microsecondsPerRow = ({ sizes, runs }: SizeRuns): number[] =>
  runs.map(({ runMs }) => (runMs * 1000) / sizes.rowCount)
