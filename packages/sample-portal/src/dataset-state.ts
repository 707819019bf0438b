import type { DatasetVersion } from './dataset-handle.ts'
import { newestChangeMs, type RowTable, type StoredColumn } from './row-table.ts'

/** A data set at one version. Nothing in it changes, so that to keep one costs no copy. */
export interface DatasetState {
  readonly columns: readonly StoredColumn[]
  readonly table: RowTable
  readonly version: DatasetVersion
}

/** The part of the rows that the imaginary last upload before the start brought. */
const LAST_UPLOAD_SHARE = 0.01
const EARLIER_MS_MIN = 60_000

/** The state before the first one: without the last hundredth of its rows, and at least a minute older. */
export function stateBefore({ columns, table, version }: DatasetState): DatasetState {
  const length = Math.max(0, table.length - Math.max(1, Math.floor(table.length * LAST_UPLOAD_SHARE)))
  const earlier: RowTable = { length, at: (index) => (index < length ? table.at(index) : undefined) }
  return {
    columns,
    table: earlier,
    version: {
      dataVersion: version.dataVersion - 1,
      lastModifiedMs: Math.min(newestChangeMs(earlier), version.lastModifiedMs - EARLIER_MS_MIN),
    },
  }
}
