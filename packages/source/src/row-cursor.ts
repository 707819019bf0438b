import { parseValue } from './parse-value.ts'
import type { RowSpans } from './row-spans.ts'
import type { RowCursor, SourceRow } from './source.ts'
import { INTS_PER_VALUE, PARSED } from './value-tape.ts'

/** Goes through the rows of a body by the values that were found in it. */
export class SpanCursor implements RowCursor {
  readonly fields: readonly string[]
  readonly bytes: Buffer
  readonly isPlain: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly #spans: RowSpans
  readonly #broken: (row: number) => Error
  readonly #values: unknown[]
  #row = -1
  #tapeAt = 0

  /** @param broken - makes what is thrown for a row that is no valid JSON */
  constructor(bytes: Buffer, fields: readonly string[], spans: RowSpans, broken: (row: number) => Error) {
    this.bytes = bytes
    this.fields = fields
    this.isPlain = new Uint8Array(fields.length)
    this.starts = new Int32Array(fields.length)
    this.ends = new Int32Array(fields.length)
    this.#values = fields.map(() => undefined)
    this.#spans = spans
    this.#broken = broken
  }

  next(): boolean {
    this.#row++
    if (this.#row >= this.#spans.starts.length) return false
    for (let field = 0; field < this.fields.length; field++) {
      this.isPlain[field] = 0
      this.#values[field] = undefined
    }
    if (this.#spans.unscanned.has(this.#row)) this.#parseRow()
    else this.#readTape()
    return true
  }

  value(field: number): unknown {
    return this.isPlain[field] === 1
      ? this.bytes.toString('latin1', this.starts[field], this.ends[field])
      : this.#values[field]
  }

  #readTape(): void {
    const { ints } = this.#spans.tape
    const end = this.#spans.tapeEnds[this.#row] as number
    for (let at = this.#tapeAt; at < end; at += INTS_PER_VALUE) {
      const mark = ints[at] as number
      const field = mark >> 1
      if ((mark & 1) === PARSED)
        this.#values[field] = this.#parse(ints[at + 1] as number, ints[at + 2] as number)
      else {
        this.isPlain[field] = 1
        this.starts[field] = ints[at + 1] as number
        this.ends[field] = ints[at + 2] as number
      }
    }
    this.#tapeAt = end
  }

  #parseRow(): void {
    const { starts, ends } = this.#spans
    const row = this.#parse(starts[this.#row] as number, ends[this.#row] as number) as SourceRow
    for (const [field, name] of this.fields.entries()) {
      if (Object.hasOwn(row, name)) this.#values[field] = row[name]
    }
  }

  #parse(start: number, end: number): unknown {
    try {
      return parseValue(this.bytes, start, end)
    } catch {
      throw this.#broken(this.#row)
    }
  }
}
