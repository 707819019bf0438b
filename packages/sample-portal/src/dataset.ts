import type { DatasetHandle, DatasetVersion, RowPredicate } from './dataset-handle.ts'
import { type ColumnSpec, type DatasetSpec, isDatasetId, type PortalRecord } from './dataset-spec.ts'
import { type DatasetState, stateBefore } from './dataset-state.ts'
import { hashText } from './random.ts'
import type { ServedDataset, VersionClaims } from './replica.ts'
import { retypeCell } from './retype-cell.ts'
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
import { givenTimes, givenUpdate } from './system-times.ts'
import { storeCell } from './wire-type.ts'

const FIRST_DATA_VERSION = 120
const EARLIER_STATES_MAX = 4

export class Dataset implements DatasetHandle, ServedDataset {
  readonly id: string
  readonly name: string
  readonly savedView: boolean
  readonly codec: RowIdCodec
  /** The name that error texts and ETags know the data set by. */
  readonly internalName: string
  readonly #clock: () => number
  #state: DatasetState
  /** The newest first. */
  #earlier: readonly DatasetState[] = []
  #beforeFirst: DatasetState | undefined
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
    const columns = spec.columns.map(storeColumn)
    const table = createTable(spec.rows, columns)
    const version = { dataVersion: FIRST_DATA_VERSION, lastModifiedMs: newestChangeMs(table) }
    this.#state = { columns, table, version }
    this.#lastSlot = columns.length - 1
    this.#lastSequence = table.length
  }

  get columns(): readonly StoredColumn[] {
    return this.#state.columns
  }

  get table(): RowTable {
    return this.#state.table
  }

  get rowCount(): number {
    return this.table.length
  }

  get claims(): VersionClaims {
    const { dataVersion, lastModifiedMs } = this.version()
    return {
      dataVersion,
      outOfDate: false,
      secondaryModifiedMs: lastModifiedMs,
      truthModifiedMs: lastModifiedMs,
    }
  }

  version(): DatasetVersion {
    return this.#state.version
  }

  /** The state so many changes ago: at most four, and one of before the start where there were not so many. */
  earlierState(changeCount: number): DatasetState {
    const kept = this.#earlier[Math.min(changeCount, EARLIER_STATES_MAX) - 1]
    if (kept !== undefined) return kept
    this.#beforeFirst ??= stateBefore(this.#earlier.at(-1) ?? this.#state)
    return this.#beforeFirst
  }

  rows(): PortalRecord[] {
    return this.#storedRows().map((row) => this.#toRecord(row))
  }

  rowAt(index: number): PortalRecord | undefined {
    const row = this.table.at(index)
    return row && this.#toRecord(row)
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
      const changes = typeof patch === 'function' ? patch(record) : patch
      const cells = this.#patchCells(row, changes)
      return { ...plainRow(row), cells, version: row.version + 1, updatedAtMs: givenUpdate(changes, nowMs) }
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
    if (newFieldName !== fieldName) this.#checkFree(newFieldName)
    this.#changeColumn(column, { ...column, fieldName: newFieldName, name: newName ?? column.name })
  }

  removeColumn(fieldName: string): void {
    this.#changeColumn(this.#column(fieldName), undefined)
  }

  addColumn(column: ColumnSpec): void {
    this.#checkFree(column.fieldName)
    this.#lastSlot += 1
    this.#change(this.#nowMs(), this.table, [...this.columns, storeColumn(column, this.#lastSlot)])
  }

  retypeColumn(fieldName: string, dataTypeName: string): void {
    const column = this.#column(fieldName)
    const retyped = storeColumn({ ...column, dataTypeName }, column.slot)
    const rows = this.#storedRows().map((row) => {
      const cells = [...row.cells]
      cells[column.slot] = retypeCell(cells[column.slot], retyped.type)
      return { ...plainRow(row), cells }
    })
    this.#changeColumn(column, retyped, rows)
  }

  #column(fieldName: string): StoredColumn {
    const column = this.columns.find((each) => each.fieldName === fieldName)
    if (column === undefined) throw new Error(`data set ${this.id} has no column "${fieldName}"`)
    return column
  }

  #checkFree(fieldName: string): void {
    if (this.columns.some((each) => each.fieldName === fieldName)) {
      throw new Error(`data set ${this.id} has a column "${fieldName}" already`)
    }
  }

  #nowMs(): number {
    return Math.max(this.#clock(), this.version().lastModifiedMs)
  }

  #changeColumn(column: StoredColumn, changed: StoredColumn | undefined, table = this.table): void {
    const columns = this.columns.flatMap((each) => (each === column ? (changed ?? []) : each))
    this.#change(this.#nowMs(), table, columns)
  }

  #change(nowMs: number, table: RowTable, columns = this.columns): void {
    this.#earlier = [this.#state, ...this.#earlier].slice(0, EARLIER_STATES_MAX)
    const version = { dataVersion: this.version().dataVersion + 1, lastModifiedMs: nowMs }
    this.#state = { columns, table, version }
  }

  #storedRows(): StoredRow[] {
    const { table } = this
    if (Array.isArray(table)) return table
    const rows: StoredRow[] = []
    for (let index = 0; index < table.length; index += 1) {
      const row = table.at(index)
      if (row !== undefined) rows.push(plainRow(row))
    }
    return rows
  }

  #newRows(records: Iterable<PortalRecord>, nowMs: number): StoredRow[] {
    return Array.from(records, (record) => {
      this.#lastSequence += 1
      const times = givenTimes(record, { createdAtMs: nowMs, updatedAtMs: nowMs })
      const cells = storeCells(record, this.columns)
      return { sequence: this.#lastSequence, version: this.#lastSequence, ...times, cells }
    })
  }

  #patchCells(row: StoredRow, patch: PortalRecord): unknown[] {
    const cells = [...row.cells]
    for (const [fieldName, value] of Object.entries(patch)) {
      if (fieldName === ':updated_at') continue
      const column = this.#column(fieldName)
      cells[column.slot] = storeCell(column.type, value)
    }
    return cells
  }

  #toRecord(row: StoredRow): PortalRecord {
    const { createdAtMs, updatedAtMs } = row
    const record: Record<string, unknown> = {
      ':id': this.codec.encodeId(row.sequence),
      ':created_at': new Date(createdAtMs).toISOString(),
      ...(updatedAtMs === null ? {} : { ':updated_at': new Date(updatedAtMs).toISOString() }),
      ':version': this.codec.encodeVersion(row.version),
    }
    for (const column of this.columns) {
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
