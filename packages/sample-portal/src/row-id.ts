import { mixBits } from './random.ts'

const LETTERS = '23456789abcdefghijkmnpqrstuvwxyz'
const SEPARATORS = '-._~'
const QUADS = /^[2-9a-km-np-z]{4}[-._~][2-9a-km-np-z]{4}[-._~][2-9a-km-np-z]{4}$/
const ROUNDS = 4

/** Turns the integers that the server sorts by into the texts of `:id` and `:version`, and back. */
export interface RowIdCodec {
  encodeId(sequence: number): string
  /** The integer behind a text; `undefined` when the text has not the form of a row id. */
  decodeId(text: string): number | undefined
  encodeVersion(version: number): string
  decodeVersion(text: string): number | undefined
}

/**
 * A codec with a key of its own per data set. The real server encrypts with Blowfish; any keyed permutation of 64 bits
 * does here, so a Feistel network is enough to make the order of the texts unrelated to the order of the rows.
 */
export function createRowIdCodec(key: number): RowIdCodec {
  const idKeys = roundKeys(key)
  const versionKeys = roundKeys(key ^ 0x5bd1e995)
  return {
    encodeId: (sequence) => `row-${encode(sequence, idKeys)}`,
    decodeId: (text) => (text.startsWith('row-') ? decode(text.slice(4), idKeys) : undefined),
    encodeVersion: (version) => `rv-${encode(version, versionKeys)}`,
    decodeVersion: (text) => (text.startsWith('rv-') ? decode(text.slice(3), versionKeys) : undefined),
  }
}

function roundKeys(key: number): number[] {
  return Array.from({ length: ROUNDS }, (_, round) => mixBits(key + Math.imul(round + 1, 0x9e3779b9)))
}

function encode(value: number, keys: readonly number[]): string {
  let left = Math.floor(value / 0x1_0000_0000) >>> 0
  let right = value >>> 0
  for (const key of keys) {
    const next = (left ^ mixBits(right + key)) >>> 0
    left = right
    right = next
  }
  const letters = sixLetters(left) + sixLetters(right)
  const first = SEPARATORS.charAt(left >>> 30)
  const second = SEPARATORS.charAt(right >>> 30)
  return `${letters.slice(0, 4)}${first}${letters.slice(4, 8)}${second}${letters.slice(8)}`
}

function sixLetters(bits: number): string {
  let text = ''
  for (let shift = 25; shift >= 0; shift -= 5) text += LETTERS.charAt((bits >>> shift) & 31)
  return text
}

function decode(text: string, keys: readonly number[]): number | undefined {
  if (!QUADS.test(text)) return undefined
  const letters = text.slice(0, 4) + text.slice(5, 9) + text.slice(10)
  let left = thirtyBits(letters.slice(0, 6)) + SEPARATORS.indexOf(text.charAt(4)) * 0x4000_0000
  let right = thirtyBits(letters.slice(6)) + SEPARATORS.indexOf(text.charAt(9)) * 0x4000_0000
  for (const key of [...keys].reverse()) {
    const previous = (right ^ mixBits(left + key)) >>> 0
    right = left
    left = previous
  }
  return (left | 0) * 0x1_0000_0000 + right
}

function thirtyBits(letters: string): number {
  let bits = 0
  for (const letter of letters) bits = bits * 32 + LETTERS.indexOf(letter)
  return bits
}
