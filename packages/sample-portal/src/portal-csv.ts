import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type CsvCell, parseCsv } from './csv-parse.ts'
import type { ColumnSpec, DatasetSpec, PortalRecord } from './dataset-spec.ts'
import { toFieldName } from './field-name.ts'
import { guessColumn } from './guess-column.ts'
import { parseCsvCell } from './parse-csv-cell.ts'

export interface PortalCsvOptions {
  readonly id: string
  readonly name: string
  /** Names and types of the columns, in the order of the file; guessed from the cells if absent. */
  readonly columns?: readonly ColumnSpec[]
}

/**
 * A data set made of a portal's CSV export, of either dialect (`rows.csv` with display names, `/resource` with field
 * names), gzipped or not. An empty cell is null, and so is `""` outside text columns.
 * @throws Error for a file that is no such CSV, or columns that do not fit it
 */
export function readPortalCsv(source: string | Buffer, options: PortalCsvOptions): DatasetSpec {
  const bytes = typeof source === 'string' ? readFileSync(source) : source
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  const [header, ...records] = parseCsv(plain.toString('utf8'))
  if (header === undefined) throw new Error('the CSV has no header line')
  checkWidths(header, records)
  const columns = options.columns ?? guessColumns(header, records)
  if (columns.length !== header.length) {
    throw new Error(`the CSV has ${header.length} columns, ${columns.length} are given`)
  }
  return {
    id: options.id,
    name: options.name,
    columns,
    rows: records.map((cells) => toRecord(cells, columns)),
  }
}

function checkWidths(header: readonly CsvCell[], records: readonly (readonly CsvCell[])[]): void {
  const index = records.findIndex((cells) => cells.length !== header.length)
  const width = records[index]?.length
  if (width !== undefined) {
    throw new Error(`row ${index + 1} of the CSV has ${width} cells, its header ${header.length}`)
  }
}

function guessColumns(header: readonly CsvCell[], records: readonly (readonly CsvCell[])[]): ColumnSpec[] {
  return header.map((name, index) => {
    const cells = records.flatMap((record) => record[index] || [])
    return { name: name ?? '', fieldName: toFieldName(name ?? ''), ...guessColumn(cells) }
  })
}

function toRecord(cells: readonly CsvCell[], columns: readonly ColumnSpec[]): PortalRecord {
  const record: Record<string, unknown> = {}
  for (const [index, { fieldName, dataTypeName }] of columns.entries()) {
    const cell = cells[index] ?? null
    if (cell !== null) record[fieldName] = parseCsvCell(cell, dataTypeName)
  }
  return record
}
