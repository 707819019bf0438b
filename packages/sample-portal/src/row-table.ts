import {
  type ColumnSpec,
  type DatasetSpec,
  type GeneratedRows,
  isGenerated,
  type PortalRecord,
} from './dataset-spec.ts'
import { lastPublishedMs, publishedTimes } from './publishing-batch.ts'
import { givenTimes, type SystemTimes } from './system-times.ts'
import { type SoqlType, soqlTypeOf, storeCell } from './wire-type.ts'

/** A column together with where its cells stand in a stored row. */
export interface StoredColumn extends ColumnSpec {
  readonly type: SoqlType
  /** Index into {@link StoredRow.cells}; columns may come, go and be renamed without touching a row. */
  readonly slot: number
}

export interface StoredRow extends SystemTimes {
  /** The integer that `:id` hides; rows are kept in its order. */
  readonly sequence: number
  readonly version: number
  readonly cells: readonly unknown[]
}

/** Rows in the order of their sequence. An array is one. */
export interface RowTable {
  readonly length: number
  at(index: number): StoredRow | undefined
}

export function storeColumn(spec: ColumnSpec, slot: number): StoredColumn {
  return { ...spec, type: soqlTypeOf(spec.dataTypeName), slot }
}

/** The cells of a record in slot order. @throws Error naming the column of a value that does not fit */
export function storeCells(record: PortalRecord, columns: readonly StoredColumn[]): unknown[] {
  const cells: unknown[] = []
  for (const column of columns) {
    try {
      cells[column.slot] = storeCell(column.type, record[column.fieldName])
    } catch (error) {
      throw new Error(`column ${column.fieldName}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return cells
}

/** The rows of a spec: read once, or computed on demand when they are generated. */
export function createTable(rows: DatasetSpec['rows'], columns: readonly StoredColumn[]): RowTable {
  if (isGenerated(rows)) return new GeneratedTable(rows, columns)
  return Array.from(rows, (record, index) => {
    const times = givenTimes(record, publishedTimes(index))
    return { sequence: index + 1, version: index + 1, ...times, cells: storeCells(record, columns) }
  })
}

/** The time of the newest change in a table. */
export function newestChangeMs(table: RowTable): number {
  if (table instanceof GeneratedTable) return lastPublishedMs(table.length)
  let newestMs = lastPublishedMs(0)
  for (let index = 0; index < table.length; index += 1) {
    newestMs = Math.max(newestMs, table.at(index)?.updatedAtMs ?? 0)
  }
  return newestMs
}

class GeneratedTable implements RowTable {
  readonly length: number
  readonly #rows: GeneratedRows
  readonly #columns: readonly StoredColumn[]

  constructor(rows: GeneratedRows, columns: readonly StoredColumn[]) {
    this.length = rows.rowCount
    this.#rows = rows
    this.#columns = columns
  }

  at(index: number): StoredRow | undefined {
    if (index < 0 || index >= this.length) return undefined
    return new GeneratedRow(index, this.#rows, this.#columns)
  }
}

class GeneratedRow implements StoredRow {
  readonly sequence: number
  readonly version: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly #rows: GeneratedRows
  readonly #columns: readonly StoredColumn[]
  #cells: readonly unknown[] | undefined

  constructor(index: number, rows: GeneratedRows, columns: readonly StoredColumn[]) {
    const times = publishedTimes(index)
    this.sequence = index + 1
    this.version = index + 1
    this.createdAtMs = times.createdAtMs
    this.updatedAtMs = times.updatedAtMs
    this.#rows = rows
    this.#columns = columns
  }

  /** Computed when first read: a query that only groups by `:updated_at` never pays for it. */
  get cells(): readonly unknown[] {
    this.#cells ??= storeCells(this.#rows.rowAt(this.sequence - 1), this.#columns)
    return this.#cells
  }
}
