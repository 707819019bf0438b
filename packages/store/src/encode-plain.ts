import type { ColumnType } from '@gather/topics'
import { TEXT_BYTES_MAX } from './encode-value.ts'
import type { TabSeparatedRows } from './tab-separated.ts'

const ZERO = 0x30
const NINE = 0x39
const MINUS = 0x2d
const POINT = 0x2e
const COLON = 0x3a
const CAPITAL_T = 0x54
const CAPITAL_Z = 0x5a
const BLANK = Uint8Array.of(0x20)
/** `YYYY-MM-DD` and `HH:MM:SS.mmm` of `YYYY-MM-DDTHH:MM:SS.mmm`. */
const DATE_CHARS = 10
const TIME_AT = 11
const TIMESTAMP_CHARS = 23

/**
 * Adds a plain text, of bytes that each are a character from the space to DEL but a quote or backslash, as the column's
 * {@link encoderOf} would give it; false, and adds nothing, where that has to look at it.
 */
export type PlainEncoder = (rows: TabSeparatedRows, bytes: Uint8Array, start: number, end: number) => boolean

/** The plain encoder of a column type: of most texts and times. */
export function plainEncoderOf(type: ColumnType): PlainEncoder {
  switch (type.kind) {
    case 'varchar':
      return textUpTo(type.charsMax)
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return textUpTo(TEXT_BYTES_MAX[type.kind])
    case 'datetime':
      return addDatetime
    default:
      return () => false
  }
}

/** A row id of visible characters. */
export const addRowId: PlainEncoder = (rows, bytes, start, end) => {
  if (end === start || end - start > 40) return false
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number
    if (byte <= 0x20 || byte === 0x7f) return false
  }
  rows.addPlain(bytes, start, end)
  return true
}

const textUpTo =
  (charsMax: number): PlainEncoder =>
  (rows, bytes, start, end) => {
    if (end - start > charsMax) return false
    rows.addPlain(bytes, start, end)
    return true
  }

const addDatetime: PlainEncoder = (rows, bytes, start, end) => {
  if (!isOrdinaryTimestamp(bytes, start, end)) return false
  rows.addPlain(bytes, start, start + DATE_CHARS)
  rows.extend(BLANK, 0, 1)
  rows.extend(bytes, start + TIME_AT, start + TIMESTAMP_CHARS)
  return true
}

/** True for `YYYY-MM-DDTHH:MM:SS.mmm` with or without a Z, of a day that every month of the name has. */
function isOrdinaryTimestamp(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  const isWhole =
    length === TIMESTAMP_CHARS ||
    (length === TIMESTAMP_CHARS + 1 && bytes[start + TIMESTAMP_CHARS] === CAPITAL_Z)
  return isWhole && isOrdinaryDate(bytes, start) && isTime(bytes, start + TIME_AT)
}

function isOrdinaryDate(bytes: Uint8Array, at: number): boolean {
  const century = twoDigits(bytes, at)
  const year = twoDigits(bytes, at + 2)
  const month = twoDigits(bytes, at + 5)
  const day = twoDigits(bytes, at + 8)
  const hasMarks = bytes[at + 4] === MINUS && bytes[at + 7] === MINUS && bytes[at + DATE_CHARS] === CAPITAL_T
  return (
    hasMarks &&
    century >= 0 &&
    year >= 0 &&
    century + year > 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= (month === 2 ? 28 : 30)
  )
}

function isTime(bytes: Uint8Array, at: number): boolean {
  const hour = twoDigits(bytes, at)
  const minute = twoDigits(bytes, at + 3)
  const second = twoDigits(bytes, at + 6)
  const hasMarks = bytes[at + 2] === COLON && bytes[at + 5] === COLON && bytes[at + 8] === POINT
  return (
    hasMarks &&
    hour >= 0 &&
    hour <= 23 &&
    minute >= 0 &&
    minute <= 59 &&
    second >= 0 &&
    second <= 59 &&
    twoDigits(bytes, at + 9) >= 0 &&
    isDigit(bytes[at + 11] as number)
  )
}

/** The number of two digits; negative where one is none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] as number
  const ones = bytes[at + 1] as number
  return isDigit(tens) && isDigit(ones) ? 10 * (tens - ZERO) + ones - ZERO : -1
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE
