import type { ColumnSpec } from './dataset-spec.ts'
import { LOCATION_CELL } from './parse-csv-cell.ts'
import { parsePortalDate } from './portal-date.ts'

const PLAIN_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/

/** The type that all cells of a column (those that are not null) can have; text if in doubt or without cells. */
export function guessColumn(cells: readonly string[]): Pick<ColumnSpec, 'dataTypeName' | 'dateDisplay'> {
  const [first] = cells
  if (first === undefined) return { dataTypeName: 'text' }
  if (cells.every((cell) => cell === 'true' || cell === 'false')) return { dataTypeName: 'checkbox' }
  if (cells.every((cell) => PLAIN_NUMBER.test(cell))) return { dataTypeName: 'number' }
  if (cells.every((cell) => LOCATION_CELL.test(cell))) return { dataTypeName: 'location' }
  const date = parsePortalDate(first)
  if (date === undefined || !cells.every((cell) => parsePortalDate(cell) !== undefined))
    return { dataTypeName: 'text' }
  return { dataTypeName: date.timestamp.endsWith('Z') ? 'date' : 'calendar_date', dateDisplay: date.display }
}
