/** A portal's row; absent keys are nulls. */
export type PortalRow = Readonly<Record<string, unknown>>

/**
 * The values of one row after the other; a field is its place in `fields`. Where `isPlain` is 1, the row's value is the text
 * `bytes[starts[field]..ends[field])`, each byte a character of its own, from the space to DEL, without quotes and backslashes.
 */
export interface RowCursor {
  readonly fields: readonly string[]
  readonly bytes: Uint8Array
  readonly isPlain: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Goes to the next row, to the first one at first; false behind the last. */
  next(): boolean
  /** Undefined where the row has none. */
  value(field: number): unknown
}

/** Rows to be gone through once, of a known number. */
export interface PortalRows extends Iterable<PortalRow> {
  readonly length: number
  /** Another way through them, taken where there is one. */
  readonly cursor?: (() => RowCursor) | undefined
}

/** A cursor over `fields` of the rows, or of more. */
export const cursorOf = (rows: PortalRows, fields: readonly string[]): RowCursor =>
  rows.cursor?.() ?? new ObjectCursor(rows, fields)

/** The place of a field among those of a cursor. */
export function placeOf(cursor: RowCursor, field: string): number {
  const place = cursor.fields.indexOf(field)
  if (place < 0) throw new Error(`the field ${field} was not asked for`)
  return place
}

/** Takes a field out of a row. */
type FieldReader = (row: PortalRow) => unknown

/** The reader of a field. Every object has a `constructor` and a `__proto__`: those are read only where the portal sent them. */
function fieldReader(from: string): FieldReader {
  if (from in Object.prototype) return (row) => (Object.hasOwn(row, from) ? row[from] : undefined)
  return (row) => row[from]
}

/** Rows that are objects already: no value of theirs stands in any bytes. */
class ObjectCursor implements RowCursor {
  readonly fields: readonly string[]
  readonly bytes = new Uint8Array()
  readonly isPlain: Uint8Array
  readonly starts = new Int32Array()
  readonly ends = new Int32Array()
  readonly #rows: Iterator<PortalRow>
  readonly #readers: readonly FieldReader[]
  #row: PortalRow = {}

  constructor(rows: Iterable<PortalRow>, fields: readonly string[]) {
    this.fields = fields
    this.isPlain = new Uint8Array(fields.length)
    this.#rows = rows[Symbol.iterator]()
    this.#readers = fields.map(fieldReader)
  }

  next(): boolean {
    const { done, value } = this.#rows.next()
    if (done === true) return false
    this.#row = value
    return true
  }

  value(field: number): unknown {
    return this.#readers[field]?.(this.#row)
  }
}
