import type { Dataset } from './dataset.ts'
import { isComputedRegion } from './dataset-spec.ts'
import { formatPortalDate } from './portal-date.ts'
import type { StoredColumn, StoredRow } from './row-table.ts'
import { quoteCell, writeCsvValue } from './wire-csv.ts'

/** The whole data set as `rows.csv` gives it: display names, quotes only where needed, dates in the display format. */
export function writeExportCsv({ columns, table }: Dataset): string {
  const shown = columns.filter((column) => column.hidden !== true && !isComputedRegion(column.fieldName))
  const lines = [shown.map((column) => quoteIfNeeded(column.name)).join(',')]
  for (let index = 0; index < table.length; index += 1) {
    const row = table.at(index)
    if (row !== undefined) lines.push(shown.map((column) => writeCell(column, row)).join(','))
  }
  return `${lines.join('\n')}\n`
}

function writeCell(column: StoredColumn, row: StoredRow): string {
  const value = row.cells[column.slot] ?? null
  if (value === null) return ''
  const isDate = column.type === 'floating_timestamp' || column.type === 'fixed_timestamp'
  return quoteIfNeeded(
    isDate
      ? formatPortalDate(String(value), column.dateDisplay ?? 'default')
      : writeCsvValue(column.type, value),
  )
}

function quoteIfNeeded(text: string): string {
  return /[",\n\r]/.test(text) ? quoteCell(text) : text
}
