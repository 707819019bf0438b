import {
  ARRAY_END,
  ARRAY_START,
  BACKSLASH,
  COMMA,
  endOfNested,
  endOfText,
  endOfWord,
  OBJECT_END,
  OBJECT_START,
  QUOTE,
  skipSpace,
} from './json-bytes.ts'

/** Deeper than any value that can be stored. */
const DEPTH_MAX = 200

/**
 * Parses the JSON value `bytes[start..end)`, as `JSON.parse` should. That one takes an escaped key for another, at least in V8
 * 13.6: once it has read `{"a":1,"\\":2}` it reads `{"a":1,"\t":2}` as the same. Keys are therefore read by themselves where
 * a value holds any escape.
 * @throws SyntaxError
 */
export function parseValue(bytes: Buffer, start: number, end: number): unknown {
  const value: unknown = JSON.parse(bytes.toString('utf8', start, end))
  const hasKeys = typeof value === 'object' && value !== null
  return hasKeys && hasEscape(bytes, start, end) ? new ValueReader(bytes, start).read(1) : value
}

/** True where a part of a body holds an escape. */
export const hasEscape = (bytes: Uint8Array, start: number, end: number): boolean =>
  bytes.subarray(start, end).includes(BACKSLASH)

/** Reads what has been found to be valid JSON. */
class ValueReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes
    this.#at = skipSpace(bytes, start)
  }

  read(depth: number): unknown {
    const byte = this.#bytes[this.#at]
    if (depth <= DEPTH_MAX && byte === OBJECT_START) return this.#readObject(depth)
    if (depth <= DEPTH_MAX && byte === ARRAY_START) return this.#readArray(depth)
    const end = this.#endOfValue(this.#at)
    const value: unknown = JSON.parse(this.#bytes.toString('utf8', this.#at, end))
    this.#goTo(end)
    return value
  }

  #readObject(depth: number): object {
    const members: [string, unknown][] = []
    this.#goTo(this.#at + 1)
    while (this.#bytes[this.#at] !== OBJECT_END) {
      const key = String(this.read(depth + 1))
      this.#goTo(this.#at + 1)
      members.push([key, this.read(depth + 1)])
      if (this.#bytes[this.#at] === COMMA) this.#goTo(this.#at + 1)
    }
    this.#goTo(this.#at + 1)
    return Object.fromEntries(members)
  }

  #readArray(depth: number): unknown[] {
    const items: unknown[] = []
    this.#goTo(this.#at + 1)
    while (this.#bytes[this.#at] !== ARRAY_END) {
      items.push(this.read(depth + 1))
      if (this.#bytes[this.#at] === COMMA) this.#goTo(this.#at + 1)
    }
    this.#goTo(this.#at + 1)
    return items
  }

  #endOfValue(start: number): number {
    const byte = this.#bytes[start]
    if (byte === QUOTE) return endOfText(this.#bytes, start + 1) + 1
    const isNested = byte === OBJECT_START || byte === ARRAY_START
    return isNested ? endOfNested(this.#bytes, start) : endOfWord(this.#bytes, start)
  }

  #goTo(place: number): void {
    this.#at = skipSpace(this.#bytes, place)
  }
}
