const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const ARRAY_START = 0x5b
const ARRAY_END = 0x5d
const OBJECT_START = 0x7b
const OBJECT_END = 0x7d

/** Where the rows of a body stand: row i is `bytes[starts[i]..ends[i])`. */
export interface RowSpans {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/**
 * Finds the rows of a body that is an array of objects, without parsing them: of valid JSON exactly its elements. What stands
 * inside a row is not looked at closer than that needs.
 * @returns undefined for anything else
 */
export function findRowSpans(bytes: Uint8Array): RowSpans | undefined {
  const starts: number[] = []
  const ends: number[] = []
  let at = skipSpace(bytes, 0)
  if (bytes[at] !== ARRAY_START) return undefined
  at = skipSpace(bytes, at + 1)
  while (bytes[at] === OBJECT_START) {
    starts.push(at)
    at = endOfRow(bytes, at)
    ends.push(at)
    at = skipSpace(bytes, at)
    if (bytes[at] !== COMMA) break
    at = skipSpace(bytes, at + 1)
    if (bytes[at] !== OBJECT_START) return undefined
  }
  const isWhole = bytes[at] === ARRAY_END && skipSpace(bytes, at + 1) === bytes.length
  return isWhole ? { starts, ends } : undefined
}

/** The place behind the bracket that closes the one at `start`, or behind the last byte. */
function endOfRow(bytes: Uint8Array, start: number): number {
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (byte === OBJECT_START || byte === ARRAY_START) depth++
    else if (byte === OBJECT_END || byte === ARRAY_END) {
      depth--
      if (depth === 0) return at + 1
    }
  }
  return bytes.length
}

/** The place of the quote that ends the text whose first one is at `start`. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return at
}
