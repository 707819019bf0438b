import {
  ARRAY_START,
  COLON,
  COMMA,
  endOfNested,
  endOfPlain,
  endOfText,
  endOfWord,
  OBJECT_END,
  OBJECT_START,
  QUOTE,
  skipSpace,
} from './json-bytes.ts'
import { PARSED, PLAIN, type ValueTape } from './value-tape.ts'

/** Where a row can't be scanned. */
export const NOT_SCANNED = -1

/** How often keys may come in another order than before, or be unknown, until scanning costs more than it saves. */
const SURPRISES_MAX = 1_000

interface Key {
  readonly field: number
  /** With its quotes. */
  readonly bytes: Uint8Array
}

/**
 * Finds the values of rows by the bytes of their keys. Portals write the fields of all rows in one order and leave out nulls,
 * so that the key that comes is mostly the next one; which order that is shows in the first rows. What stands between
 * values is checked here, and plain texts; any other value is only found.
 */
export class RowScanner {
  readonly #bytes: Uint8Array
  /** In the order in which they come. */
  readonly #keys: Key[]
  readonly #tape: ValueTape
  /** By field, where the last row began that had it. */
  readonly #seenAt: Int32Array
  /** Place of the key that was read last, among the keys. */
  #place = 0
  #surprisesLeft = SURPRISES_MAX

  constructor(bytes: Uint8Array, fields: readonly string[], tape: ValueTape) {
    this.#bytes = bytes
    this.#keys = fields.map((name, field) => ({ field, bytes: Buffer.from(JSON.stringify(name)) }))
    this.#tape = tape
    this.#seenAt = new Int32Array(fields.length).fill(-1)
  }

  /**
   * Adds the values of the row that begins at `start` to the tape.
   * @returns the place behind the row, or {@link NOT_SCANNED}: it is broken, or has a key that is unknown, escaped or there twice
   */
  scan(start: number): number {
    if (this.#surprisesLeft === 0) return NOT_SCANNED
    const tapeStart = this.#tape.length
    const end = this.#scanMembers(start)
    if (end === NOT_SCANNED) this.#tape.length = tapeStart
    return end
  }

  #scanMembers(start: number): number {
    const bytes = this.#bytes
    let at = skipSpace(bytes, start + 1)
    if (bytes[at] === OBJECT_END) return at + 1
    this.#place = -1
    for (;;) {
      const key = this.#readKey(at)
      if (key === undefined || this.#seenAt[key.field] === start) return NOT_SCANNED
      this.#seenAt[key.field] = start
      at = skipSpace(bytes, at + key.bytes.length)
      if (bytes[at] !== COLON) return NOT_SCANNED
      at = this.#scanValue(key.field, skipSpace(bytes, at + 1))
      if (at === NOT_SCANNED) return NOT_SCANNED
      at = skipSpace(bytes, at)
      if (bytes[at] === OBJECT_END) return at + 1
      if (bytes[at] !== COMMA) return NOT_SCANNED
      at = skipSpace(bytes, at + 1)
    }
  }

  #readKey(at: number): Key | undefined {
    const keys = this.#keys
    for (let place = this.#place + 1; place < keys.length; place++) {
      const key = keys[place] as Key
      if (!standsAt(this.#bytes, at, key.bytes)) continue
      this.#place = place
      return key
    }
    this.#surprisesLeft = Math.max(0, this.#surprisesLeft - 1)
    return this.#readEarlierKey(at)
  }

  /** A key that came earlier in other rows: from now on it is expected here. */
  #readEarlierKey(at: number): Key | undefined {
    const place = this.#keys.findIndex(({ bytes }) => standsAt(this.#bytes, at, bytes))
    const [key] = place < 0 ? [] : this.#keys.splice(place, 1)
    if (key !== undefined) this.#keys.splice(this.#place, 0, key)
    return key
  }

  #scanValue(field: number, at: number): number {
    const bytes = this.#bytes
    if (bytes[at] !== QUOTE) return this.#addParsed(field, at, this.#endOfOther(at))
    const end = endOfPlain(bytes, at + 1)
    if (bytes[end] !== QUOTE) return this.#addParsed(field, at, endOfText(bytes, end) + 1)
    this.#tape.add(field, PLAIN, at + 1, end)
    return end + 1
  }

  #endOfOther(at: number): number {
    const isNested = this.#bytes[at] === OBJECT_START || this.#bytes[at] === ARRAY_START
    return isNested ? endOfNested(this.#bytes, at) : endOfWord(this.#bytes, at)
  }

  #addParsed(field: number, start: number, end: number): number {
    if (end === start || end > this.#bytes.length) return NOT_SCANNED
    this.#tape.add(field, PARSED, start, end)
    return end
  }
}

function standsAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  const { length } = part
  if (at + length > bytes.length) return false
  for (let index = 0; index < length; index++) if (bytes[at + index] !== part[index]) return false
  return true
}
