import type { ColumnType, TopicColumn } from '@gather/topics'
import { type DecimalDigits, parseDecimal, plainText } from './decimal-digits.ts'
import { encodeJson } from './encode-json.ts'
import { parseTimestamp } from './timestamp.ts'
import { ValueProblem } from './value-problem.ts'

/** Turns a portal's value into the text the database takes; throws a `ValueProblem` where it can't be stored exactly. */
export type ValueEncoder = (value: unknown) => string | null

const INT_RANGES = { int: [-(2n ** 31n), 2n ** 31n - 1n], bigint: [-(2n ** 63n), 2n ** 63n - 1n] } as const
/** What a column of texts holds. */
export const TEXT_BYTES_MAX = { text: 65_535, mediumtext: 16_777_215, longtext: 4_294_967_295 } as const

/** The encoder of a column: its type's, with null handled. */
export function encoderOf(column: Pick<TopicColumn, 'type' | 'nullable'>): ValueEncoder {
  const encode = typeEncoder(column.type)
  return (value) => {
    if (value !== undefined && value !== null) return encode(value)
    if (column.nullable) return null
    throw new ValueProblem('the column is "null: false" and the portal sent no value')
  }
}

function typeEncoder(type: ColumnType): (value: unknown) => string {
  switch (type.kind) {
    case 'varchar':
      return (value) => encodeVarchar(value, type.charsMax)
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return (value) => encodeText(value, TEXT_BYTES_MAX[type.kind])
    case 'int':
    case 'bigint':
      return (value) => encodeInteger(value, INT_RANGES[type.kind])
    case 'decimal':
      return (value) => encodeDecimal(value, type.precision, type.scale)
    case 'double':
      return encodeDouble
    case 'boolean':
      return encodeBoolean
    case 'date':
      return encodeDate
    case 'datetime':
      return encodeDatetime
    case 'json':
      return encodeJson
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new ValueProblem('it is not valid Unicode')
    return value
  }
  if (typeof value === 'number') checkDigits(value, parseDecimal(value))
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new ValueProblem('it is an object; the type json takes it')
}

/** Digits that every double keeps. */
const SAFE_DIGITS = 15

/** A portal's numbers come as texts. One that came as a JSON number was a double once it was parsed. */
function checkDigits(value: unknown, { digits }: DecimalDigits): void {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || digits.length <= SAFE_DIGITS) return
  throw new ValueProblem('it came as a JSON number, of which digits may be lost; the type double takes it')
}

function encodeVarchar(value: unknown, charsMax: number): string {
  const text = textOf(value)
  if (text.length <= charsMax) return text
  const charCount = countChars(text)
  if (charCount <= charsMax) return text
  throw new ValueProblem(`it has ${charCount} characters, the column holds ${charsMax}`)
}

/** Characters of a well-formed text; those beyond the first 65,536 take two units of it. */
function countChars(text: string): number {
  let pairCount = 0
  for (let index = 0; index < text.length; index++)
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800) pairCount++
  return text.length - pairCount
}

function encodeText(value: unknown, bytesMax: number): string {
  const text = textOf(value)
  if (text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax) {
    throw new ValueProblem(`it has ${Buffer.byteLength(text)} bytes, the column holds ${bytesMax}`)
  }
  return text
}

function encodeInteger(value: unknown, [min, max]: readonly [bigint, bigint]): string {
  const number = parseDecimal(value)
  checkDigits(value, number)
  if (number.digits.length > number.point) throw new ValueProblem('it is not a whole number')
  if (number.point > 20) throw new ValueProblem('it is out of range')
  const text = plainText(number, 0)
  if (BigInt(text) < min || BigInt(text) > max) throw new ValueProblem('it is out of range')
  return text
}

function encodeDecimal(value: unknown, precision: number, scale: number): string {
  const number = parseDecimal(value)
  checkDigits(value, number)
  if (number.point > precision - scale)
    throw new ValueProblem(`it has more than ${precision - scale} digits before the point`)
  if (number.digits.length - number.point > scale)
    throw new ValueProblem(`it has more than ${scale} decimals`)
  return plainText(number, scale)
}

function encodeDouble(value: unknown): string {
  const number = parseDecimal(value)
  const nearest = Number(value)
  if (!Number.isFinite(nearest)) throw new ValueProblem('it is out of range')
  if (!sameDecimal(number, parseDecimal(nearest)))
    throw new ValueProblem('a double would round it; use decimal or varchar')
  return nearest === 0 ? '0' : String(nearest)
}

const sameDecimal = (a: DecimalDigits, b: DecimalDigits): boolean =>
  a.negative === b.negative && a.digits === b.digits && a.point === b.point

function encodeBoolean(value: unknown): string {
  if (value === true || value === 'true') return '1'
  if (value === false || value === 'false') return '0'
  throw new ValueProblem('it is neither true nor false')
}

function encodeDate(value: unknown): string {
  const { date, time } = parseTimestamp(value)
  if (time !== '00:00:00.000') throw new ValueProblem('it has a time of day; use datetime')
  return date
}

function encodeDatetime(value: unknown): string {
  const { date, time } = parseTimestamp(value)
  return `${date} ${time}`
}
