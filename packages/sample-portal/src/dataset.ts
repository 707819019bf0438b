import { type ColumnSpec, type DatasetSpec, isDatasetId, type PortalRecord } from './dataset-spec.ts'
import { hashText } from './random.ts'
import { createRowIdCodec, type RowIdCodec } from './row-id.ts'
import {
  createTable,
  newestChangeMs,
  type RowTable,
  type StoredColumn,
  type StoredRow,
  storeCells,
  storeColumn,
} from './row-table.ts'
import { storeCell } from './wire-type.ts'

/** The version that a data set is at; the portal tells it in the ETag and, to the second, in the headers. */
export interface DatasetVersion {
  /** Raised by one with each change. */
  readonly dataVersion: number
  /** Milliseconds since 1970 of the last change. */
  readonly lastModifiedMs: number
}

export type RowPredicate = (row: PortalRecord) => boolean

/** What a test may do to a data set while it is served. Each change makes one new data version. */
export interface DatasetHandle {
  readonly id: string
  readonly rowCount: number
  version(): DatasetVersion
  /** The rows in the order of `:id` as records in wire form, with the system fields; nulls are absent. */
  rows(): PortalRecord[]
  /** Adds rows with new, higher ids. @throws Error for a value that does not fit its column */
  insertRows(records: Iterable<PortalRecord>): void
  /** Changes fields of the rows for which `predicate` holds; returns how many. `:id` stays, `:updated_at` is now. */
  updateRows(predicate: RowPredicate, patch: PortalRecord | ((row: PortalRecord) => PortalRecord)): number
  /** Returns how many rows are gone. */
  deleteRows(predicate: RowPredicate): number
  /** A publisher's full replace: every row gets a new `:id`, `:created_at` and `:updated_at`. */
  replaceAll(records: Iterable<PortalRecord>): void
  /** Gives a column another API name, and another display name if one is given. */
  renameColumn(fieldName: string, newFieldName: string, newName?: string): void
  removeColumn(fieldName: string): void
  /** Adds a column that is null in all rows. */
  addColumn(column: ColumnSpec): void
}

const FIRST_DATA_VERSION = 120

export class Dataset implements DatasetHandle {
  readonly id: string
  readonly name: string
  readonly savedView: boolean
  readonly codec: RowIdCodec
  /** The name that error texts and ETags know the data set by. */
  readonly internalName: string
  readonly #clock: () => number
  #columns: readonly StoredColumn[]
  #table: RowTable
  #version: DatasetVersion
  #lastSlot: number
  #lastSequence: number

  constructor(spec: DatasetSpec, clock: () => number) {
    if (!isDatasetId(spec.id)) throw new Error(`data set id "${spec.id}" must look like jguv-t9rb`)
    this.id = spec.id
    this.name = spec.name
    this.savedView = spec.savedView ?? true
    this.codec = createRowIdCodec(hashText(spec.id))
    this.internalName = `foxtrot.${10_000 + (hashText(spec.id) % 90_000)}`
    this.#clock = clock
    this.#columns = spec.columns.map(storeColumn)
    this.#table = createTable(spec.rows, this.#columns)
    this.#version = { dataVersion: FIRST_DATA_VERSION, lastModifiedMs: newestChangeMs(this.#table) }
    this.#lastSlot = this.#columns.length - 1
    this.#lastSequence = this.#table.length
  }

  get columns(): readonly StoredColumn[] {
    return this.#columns
  }

  get table(): RowTable {
    return this.#table
  }

  get rowCount(): number {
    return this.#table.length
  }

  version(): DatasetVersion {
    return this.#version
  }

  rows(): PortalRecord[] {
    return this.#storedRows().map((row) => this.#toRecord(row))
  }

  insertRows(records: Iterable<PortalRecord>): void {
    const nowMs = this.#nowMs()
    this.#change(nowMs, [...this.#storedRows(), ...this.#newRows(records, nowMs)])
  }

  updateRows(predicate: RowPredicate, patch: PortalRecord | ((row: PortalRecord) => PortalRecord)): number {
    const nowMs = this.#nowMs()
    let touchedCount = 0
    const rows = this.#storedRows().map((row) => {
      const record = this.#toRecord(row)
      if (!predicate(record)) return row
      touchedCount += 1
      const cells = this.#patchCells(row, typeof patch === 'function' ? patch(record) : patch)
      return { ...plainRow(row), cells, version: row.version + 1, updatedAtMs: nowMs }
    })
    this.#change(nowMs, rows)
    return touchedCount
  }

  deleteRows(predicate: RowPredicate): number {
    const rows = this.#storedRows()
    const kept = rows.filter((row) => !predicate(this.#toRecord(row)))
    this.#change(this.#nowMs(), kept)
    return rows.length - kept.length
  }

  replaceAll(records: Iterable<PortalRecord>): void {
    const nowMs = this.#nowMs()
    this.#change(nowMs, this.#newRows(records, nowMs))
  }

  renameColumn(fieldName: string, newFieldName: string, newName?: string): void {
    const column = this.#column(fieldName)
    const renamed = { ...column, fieldName: newFieldName, name: newName ?? column.name }
    this.#columns = this.#columns.map((each) => (each === column ? renamed : each))
    this.#change(this.#nowMs(), this.#table)
  }

  removeColumn(fieldName: string): void {
    const column = this.#column(fieldName)
    this.#columns = this.#columns.filter((each) => each !== column)
    this.#change(this.#nowMs(), this.#table)
  }

  addColumn(column: ColumnSpec): void {
    this.#lastSlot += 1
    this.#columns = [...this.#columns, storeColumn(column, this.#lastSlot)]
    this.#change(this.#nowMs(), this.#table)
  }

  #column(fieldName: string): StoredColumn {
    const column = this.#columns.find((each) => each.fieldName === fieldName)
    if (column === undefined) throw new Error(`data set ${this.id} has no column "${fieldName}"`)
    return column
  }

  #nowMs(): number {
    return Math.max(this.#clock(), this.#version.lastModifiedMs)
  }

  #change(nowMs: number, table: RowTable): void {
    this.#table = table
    this.#version = { dataVersion: this.#version.dataVersion + 1, lastModifiedMs: nowMs }
  }

  #storedRows(): StoredRow[] {
    if (Array.isArray(this.#table)) return this.#table
    const rows: StoredRow[] = []
    for (let index = 0; index < this.#table.length; index += 1) {
      const row = this.#table.at(index)
      if (row !== undefined) rows.push(plainRow(row))
    }
    return rows
  }

  #newRows(records: Iterable<PortalRecord>, nowMs: number): StoredRow[] {
    return Array.from(records, (record) => {
      this.#lastSequence += 1
      const cells = storeCells(record, this.#columns)
      return {
        sequence: this.#lastSequence,
        version: this.#lastSequence,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        cells,
      }
    })
  }

  #patchCells(row: StoredRow, patch: PortalRecord): unknown[] {
    const cells = [...row.cells]
    for (const [fieldName, value] of Object.entries(patch)) {
      const column = this.#column(fieldName)
      cells[column.slot] = storeCell(column.type, value)
    }
    return cells
  }

  #toRecord(row: StoredRow): PortalRecord {
    const record: Record<string, unknown> = {
      ':id': this.codec.encodeId(row.sequence),
      ':created_at': new Date(row.createdAtMs).toISOString(),
      ':updated_at': new Date(row.updatedAtMs).toISOString(),
      ':version': this.codec.encodeVersion(row.version),
    }
    for (const column of this.#columns) {
      const cell = row.cells[column.slot] ?? null
      if (cell !== null) record[column.fieldName] = cell
    }
    return record
  }
}

function plainRow(row: StoredRow): StoredRow {
  const { sequence, version, createdAtMs, updatedAtMs, cells } = row
  return { sequence, version, createdAtMs, updatedAtMs, cells }
}
