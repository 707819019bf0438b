import { type ColumnType, SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { doubleSql, doubleText } from './double-text.ts'
import { type FieldReader, fieldReader } from './portal-row.ts'
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
      return (value) => new Date(utc(String(value))).toISOString().replace('T', ' ').slice(0, 23)
    case 'json':
      return (value) => JSON.stringify(value)
  }
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

/** A column of the digest: how its value is read from the portal's row, and its canonical text. */
export interface DigestColumn {
  readonly read: FieldReader
  readonly text: (value: unknown) => string
}

const ROW_ID: ColumnType = { kind: 'varchar', charsMax: 40 }
const UPDATED_AT: ColumnType = { kind: 'datetime' }

/** The columns of a topic's digest in order: the topic's own, then row id and time of the last change. */
export function digestColumns(topic: Topic): DigestColumn[] {
  return [
    ...topic.columns.map(({ from, type }) => ({ read: fieldReader(from), text: canonicalText(type) })),
    { read: fieldReader(':id'), text: canonicalText(ROW_ID) },
    { read: fieldReader(':updated_at'), text: canonicalText(UPDATED_AT) },
  ]
}

/** The SQL expressions of the digest's texts, in the order of {@link digestColumns}. `prefix` is an alias with its dot. */
export function canonicalSql(topic: Topic, prefix = ''): string[] {
  const texts = topic.columns.map(({ name, type }) => {
    const column = `${prefix}${quoteName(name)}`
    return type.kind === 'double' ? doubleSql(column) : column
  })
  const system = [SYSTEM_COLUMNS.rowId, SYSTEM_COLUMNS.updatedAt].map((name) => `${prefix}${quoteName(name)}`)
  return [...texts, ...system]
}

/** The SQL expression of a row's digest, each column as `length:text` or `N`. `prefix` is an alias with its dot. */
export function rowDigestSql(topic: Topic, prefix = ''): string {
  const parts = canonicalSql(topic, prefix).map(
    (text) => `COALESCE(CONCAT(LENGTH(${text}), ':', ${text}), 'N')`,
  )
  return `CRC32(CONCAT(${parts.join(', ')}))`
}
