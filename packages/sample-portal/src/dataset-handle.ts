import type { ColumnSpec, PortalRecord } from './dataset-spec.ts'

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
  /** The row at a 0-based place in that order, undefined past the end; cheaper than all of them. */
  rowAt(index: number): PortalRecord | undefined
  /**
   * Adds rows with new, higher ids. Their times are now where a record gives no `:created_at` or `:updated_at` of its own,
   * which may be older; an `:updated_at` of null is a row that has none.
   * @throws Error for a value that does not fit its column
   */
  insertRows(records: Iterable<PortalRecord>): void
  /**
   * Changes fields of the rows for which `predicate` holds; returns how many. `:id` stays, `:updated_at` is now or what
   * the patch says, where null takes it away.
   */
  updateRows(predicate: RowPredicate, patch: PortalRecord | ((row: PortalRecord) => PortalRecord)): number
  /** Returns how many rows are gone. */
  deleteRows(predicate: RowPredicate): number
  /** A publisher's full replace: every row gets a new `:id`, and times as inserted rows get them. */
  replaceAll(records: Iterable<PortalRecord>): void
  /** Gives a column another API name, and another display name if one is given. */
  renameColumn(fieldName: string, newFieldName: string, newName?: string): void
  removeColumn(fieldName: string): void
  /** Adds a column that is null in all rows. */
  addColumn(column: ColumnSpec): void
  /** Gives a column another type, such as `number`; values that are none of that type become null. */
  retypeColumn(fieldName: string, dataTypeName: string): void
}
