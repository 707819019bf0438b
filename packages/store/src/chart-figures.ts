import { Fault } from '@gather/platform'
import type { TopicChart } from '@gather/topics'

/** Values a chart may have: more can't be told apart, nor read as a table. */
export const CHART_CELLS_MAX = 5_000

/** The figures of a chart as a table: one row for each value along the axis, one column for each series. */
export interface ChartFigures {
  /** In the order the database gave; null stands for NULL. */
  readonly xs: readonly (string | null)[]
  /** In the order of their first appearance; one named after what is counted where the chart has no series. */
  readonly series: readonly (string | null)[]
  /** Decimal texts, by place of x and place of series; `0` where there is nothing. */
  readonly values: readonly (readonly string[])[]
}

/** A row of a chart's statement; a procedure's has its own names. */
export type ChartRow = Readonly<Record<string, unknown>>

const NUMBER_TEXT = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

/**
 * Makes the table of a chart out of the rows of its statement.
 * @throws Fault `CHART_UNFIT` (terminal): too many, a column is missing, a value is no number, or one place is given twice
 */
export function pivotFigures(chart: TopicChart, rows: readonly ChartRow[]): ChartFigures {
  if (rows.length > CHART_CELLS_MAX) throw tooMany(chart)
  const names = columnNames(chart)
  const xs = new Map<string | null, number>()
  const series = new Map<string | null, number>()
  const cells = new Map<string, string>()
  for (const row of rows) {
    const place = `${placeIn(xs, labelIn(row, names.x))} ${placeIn(series, names.series === undefined ? names.all : labelIn(row, names.series))}`
    if (cells.has(place)) throw unfit(chart, 'gives two values for one place')
    cells.set(place, numberIn(chart, row, names.value))
  }
  if (xs.size * series.size > CHART_CELLS_MAX) throw tooMany(chart)
  return {
    xs: [...xs.keys()],
    series: [...series.keys()],
    values: [...xs.values()].map((x) => [...series.values()].map((s) => cells.get(`${x} ${s}`) ?? '0')),
  }

  function labelIn(row: ChartRow, name: string): string | null {
    const value = cellOf(chart, row, name)
    return value === null ? null : String(value)
  }
}

/** @returns Fault `CHART_UNFIT` (terminal) */
export const unfit = (chart: TopicChart, problem: string): Fault =>
  new Fault({
    code: 'CHART_UNFIT',
    kind: 'terminal',
    message: `${chart.procedure === undefined ? 'the statement' : `the procedure ${chart.procedure}`} ${problem}; correct "charts" in the topic file`,
  })

const tooMany = (chart: TopicChart): Fault => unfit(chart, `gives more than ${CHART_CELLS_MAX} values`)

const columnNames = (chart: TopicChart) =>
  chart.procedure === undefined
    ? {
        x: 'x',
        series: chart.series && 'series',
        value: 'value',
        all: chart.value ?? 'rows',
      }
    : { x: chart.x, series: chart.series, value: chart.value ?? '', all: chart.value ?? '' }

function placeIn(places: Map<string | null, number>, label: string | null): number {
  const place = places.get(label) ?? places.size
  places.set(label, place)
  return place
}

function cellOf(chart: TopicChart, row: ChartRow, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name]
  throw unfit(chart, `gives no column ${name}, but ${Object.keys(row).join(', ')}`)
}

function numberIn(chart: TopicChart, row: ChartRow, name: string): string {
  const text = String(cellOf(chart, row, name) ?? '0')
  if (NUMBER_TEXT.test(text)) return text
  throw unfit(chart, `gives values in ${name} that are no numbers`)
}
