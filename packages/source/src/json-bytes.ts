export const QUOTE = 0x22
export const COMMA = 0x2c
export const COLON = 0x3a
export const BACKSLASH = 0x5c
export const ARRAY_START = 0x5b
export const ARRAY_END = 0x5d
export const OBJECT_START = 0x7b
export const OBJECT_END = 0x7d
const SPACE = 0x20
const DELETE = 0x7f

/** The place behind the bracket that closes the one at `start`, or behind the last byte. */
export function endOfNested(bytes: Uint8Array, start: number): number {
  let depth = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) at = endOfText(bytes, at + 1)
    else if (byte === OBJECT_START || byte === ARRAY_START) depth++
    else if (byte === OBJECT_END || byte === ARRAY_END) {
      depth--
      if (depth === 0) return at + 1
    }
  }
  return bytes.length
}

/** The place of the quote that ends the text of which `start` is a part, or one behind the last byte. */
export function endOfText(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}

/** The place of the first byte that does not stand for itself in a text: a quote, a backslash, a control character, all beyond ASCII. */
export function endOfPlain(bytes: Uint8Array, start: number): number {
  const { length } = bytes
  let at = start
  while (at < length) {
    const byte = bytes[at] as number
    if (byte === QUOTE || byte < SPACE || byte > DELETE || byte === BACKSLASH) break
    at++
  }
  return at
}

/** The place behind a number or a word such as `null`: of what ends a value, or of a byte that is no part of one. */
export function endOfWord(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && isWord(bytes[at] as number)) at++
  return at
}

/** Of letters, digits, sign and point those that JSON's numbers and words are made of, and more. */
const isWord = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x45

export function skipSpace(bytes: Uint8Array, start: number): number {
  const { length } = bytes
  let at = start
  while (at < length) {
    const byte = bytes[at] as number
    if (byte > SPACE || (byte !== SPACE && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break
    at++
  }
  return at
}
