/** One row as field name to value; null and absent mean the same, except for `:updated_at`. */
export type PortalRecord = Readonly<Record<string, unknown>>

/** How `rows.csv` writes a date: `04/19/2003 12:00:00 AM` or `April 19 2003`. */
export type DateDisplay = 'default' | 'long'

export interface ColumnSpec {
  /** Display name, the header of `rows.csv`. */
  readonly name: string
  /** API name. A name like `:@computed_region_k83t_ady5` makes it a computed column, which `$order` drops from `*`. */
  readonly fieldName: string
  /** The portal's type, such as `text`, `number`, `calendar_date`, `location`. */
  readonly dataTypeName: string
  /** Listed in the metadata with the flag `hidden`, not part of `*`. */
  readonly hidden?: boolean
  /** @defaultValue `default` */
  readonly dateDisplay?: DateDisplay
}

/** Rows that are computed when asked for, so that ten million of them need no memory. */
export interface GeneratedRows extends Iterable<PortalRecord> {
  readonly rowCount: number
  /** The row at a 0-based index; always the same for the same index. */
  rowAt(index: number): PortalRecord
}

export interface DatasetSpec {
  /** Like `jguv-t9rb`. */
  readonly id: string
  readonly name: string
  readonly columns: readonly ColumnSpec[]
  /**
   * Rows by field name, in wire form or easily turned into it (numbers, `2019-07-23`). `:created_at` and `:updated_at`
   * (ISO texts) may be given; without them rows are spread over many publishing batches. An `:updated_at` of null is a row
   * that has none.
   */
  readonly rows: Iterable<PortalRecord> | GeneratedRows
  /**
   * A saved view: error texts then echo all its columns first, as the recorded ones of several kB do.
   * @defaultValue true
   */
  readonly savedView?: boolean
}

const DATASET_ID = /^[a-z0-9]{4}-[a-z0-9]{4}$/

export function isDatasetId(text: string): boolean {
  return DATASET_ID.test(text)
}

export function isGenerated(rows: DatasetSpec['rows']): rows is GeneratedRows {
  return 'rowAt' in rows
}

export function isComputedRegion(fieldName: string): boolean {
  return fieldName.startsWith(':@')
}
