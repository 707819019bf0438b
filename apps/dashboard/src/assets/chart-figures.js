import { COLOUR_COUNT } from './chart-colours.js'

/** What is beyond the colours there are is added up under this name. */
const REST = 'all others'

/** @typedef {{name: string, values: (number | null)[]}} Series */

/**
 * Labels and series of a table: a cell with `data-value` is a value, its series the one of `data-series` or its column's
 * name; its label is the row's `data-label` or first cell.
 * @param {HTMLTableElement} table
 * @returns {{labels: string[], series: Series[]}}
 */
export function readFigures(table) {
  const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent ?? '')
  const rows = [...table.tBodies].flatMap((body) => [...body.rows])
  if ('newestFirst' in table.dataset) rows.reverse()
  const labels = rows.map((row) => row.dataset.label ?? row.cells[0]?.textContent ?? '')
  /** @type {Map<string, Series>} */
  const series = new Map()
  for (const [place, row] of rows.entries())
    for (const cell of row.cells) {
      if (cell.dataset.value === undefined) continue
      const name = cell.dataset.series ?? names[cell.cellIndex] ?? ''
      // Two columns may bear one name; only those that are told apart by their cells share a series.
      const key = cell.dataset.series === undefined ? `column ${cell.cellIndex}` : `cells ${name}`
      const one = series.get(key) ?? { name, values: labels.map(() => null) }
      one.values[place] = Number(cell.dataset.value)
      series.set(key, one)
    }
  return { labels, series: addUpRest([...series.values()]) }
}

/**
 * @param {Series[]} series
 * @returns {Series[]}
 */
function addUpRest(series) {
  if (series.length <= COLOUR_COUNT) return series
  const rest = series.slice(COLOUR_COUNT - 1)
  const values = (rest[0]?.values ?? []).map((_value, place) =>
    rest.reduce((sum, one) => sum + (one.values[place] ?? 0), 0),
  )
  return [...series.slice(0, COLOUR_COUNT - 1), { name: `${REST} (${rest.length})`, values }]
}
