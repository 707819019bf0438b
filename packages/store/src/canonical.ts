import { type ColumnType, SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import type { Crc32Text } from './crc32-text.ts'
import { doubleSql, doubleText } from './double-text.ts'
import { quoteName } from './sql-names.ts'

/**
 * The one text of a value that the digest is made of. In SQL it is what the column itself gives in a text context, for
 * every type but double, which has an expression of its own; here it is made from the portal's value, by code that shares
 * nothing with the encoder, for values that the encoder has accepted.
 */
function canonicalText(type: ColumnType): (value: unknown) => string {
  switch (type.kind) {
    case 'varchar':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return String
    case 'int':
    case 'bigint':
      return (value) => scaledText(String(value), 0)
    case 'decimal':
      return (value) => scaledText(String(value), type.scale)
    case 'double':
      return (value) => doubleText(Number(value))
    case 'boolean':
      return (value) => (String(value) === 'true' ? '1' : '0')
    case 'date':
      return (value) => String(value).slice(0, 10)
    case 'datetime':
      return (value) => dateTimeText(String(value))
    case 'json':
      return (value) => JSON.stringify(value)
  }
}

/** Portals write a time in full, down to the millisecond; every other form that the encoder takes goes by way of `Date`. */
function dateTimeText(timestamp: string): string {
  const isInFull = timestamp.length >= 23 && timestamp.charAt(22) !== 'Z'
  const iso = isInFull ? timestamp : new Date(utc(timestamp)).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`
}

/** A portal's timestamp as one in UTC that `Date` reads: a floating one is taken as it stands. */
function utc(timestamp: string): string {
  if (timestamp.length === 10) return `${timestamp}T00:00:00Z`
  const iso = timestamp.replace(' ', 'T')
  return iso.endsWith('Z') ? iso : `${iso}Z`
}

/** A number with exactly `scale` decimals, by whole-number arithmetic. */
function scaledText(number: string, scale: number): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const shift = scale + Number(exponent) - fraction.length
  const unscaled = BigInt(`${whole}${fraction}`.replace(/^\+/, '') || '0')
  // Zero may come with any exponent; the power of ten of a huge one takes tens of milliseconds.
  const scaled =
    unscaled === 0n ? 0n : shift >= 0 ? unscaled * 10n ** BigInt(shift) : unscaled / 10n ** BigInt(-shift)
  if (scale === 0) return scaled.toString()
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, '0')
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** A column of the digest: the portal's field, and the canonical text of a value. */
export interface DigestColumn {
  readonly from: string
  readonly text: (value: unknown) => string
  readonly addPlain: PlainDigest
}

/** Adds the length and the canonical text of a value that is plain bytes; false, and adds nothing, where those are another text. */
type PlainDigest = (crc: Crc32Text, bytes: Uint8Array, start: number, end: number) => boolean

function plainDigest({ kind }: ColumnType): PlainDigest {
  switch (kind) {
    case 'varchar':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return addText
    case 'datetime':
      return addTimeInFull
    default:
      return () => false
  }
}

const addText: PlainDigest = (crc, bytes, start, end) => {
  crc.addLength(end - start)
  crc.addBytes(bytes, start, end)
  return true
}

const addTimeInFull: PlainDigest = (crc, bytes, start, end) => {
  if (end - start < 23 || bytes[start + 22] === 0x5a) return false
  crc.add('23:')
  crc.addBytes(bytes, start, start + 10)
  crc.add(' ')
  crc.addBytes(bytes, start + 11, start + 23)
  return true
}

const ROW_ID: ColumnType = { kind: 'varchar', charsMax: 40 }
const UPDATED_AT: ColumnType = { kind: 'datetime' }

/** The columns of a topic's digest in order: the topic's own, then row id and time of the last change. */
export function digestColumns(topic: Topic): DigestColumn[] {
  const columns = [...topic.columns, { from: ':id', type: ROW_ID }, { from: ':updated_at', type: UPDATED_AT }]
  return columns.map(({ from, type }) => ({
    from,
    text: canonicalText(type),
    addPlain: plainDigest(type),
  }))
}

interface SqlText {
  /** The SQL expression of the text. */
  readonly sql: string
  /** Of the text, where every value of the type has the same. */
  readonly byteCount: number | undefined
  readonly nullable: boolean
}

const BYTE_COUNTS: Partial<Record<ColumnType['kind'], number>> = { date: 10, datetime: 23, boolean: 1 }

function sqlTexts(topic: Topic, prefix: string): SqlText[] {
  const columns = [
    ...topic.columns,
    { name: SYSTEM_COLUMNS.rowId, type: ROW_ID, nullable: false },
    { name: SYSTEM_COLUMNS.updatedAt, type: UPDATED_AT, nullable: true },
  ]
  return columns.map(({ name, type, nullable }) => {
    const column = `${prefix}${quoteName(name)}`
    const sql = type.kind === 'double' ? doubleSql(column) : column
    return { sql, byteCount: BYTE_COUNTS[type.kind], nullable }
  })
}

/** The SQL expressions of the digest's texts, in the order of {@link digestColumns}. */
export const canonicalSql = (topic: Topic): string[] => sqlTexts(topic, '').map(({ sql }) => sql)

/** No CRC32, but a number of its type: the digest of a row that holds NULL against its topic, or is longer than a packet. */
const NO_DIGEST = `CAST(${2 ** 32} AS UNSIGNED)`

/**
 * The SQL expression of a row's digest, each column as `length:text` or `N`; what needs not be asked of every row is left
 * out. `prefix` is an alias with its dot.
 */
export function rowDigestSql(topic: Topic, prefix = ''): string {
  const parts = sqlTexts(topic, prefix).map(({ sql, byteCount, nullable }) => {
    const part = byteCount === undefined ? `LENGTH(${sql}), ':', ${sql}` : `'${byteCount}:', ${sql}`
    return nullable ? `COALESCE(CONCAT(${part}), 'N')` : part
  })
  return `COALESCE(CRC32(CONCAT(${parts.join(', ')})), ${NO_DIGEST})`
}
