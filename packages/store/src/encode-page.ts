import { crc32 } from 'node:zlib'
import { Fault } from '@gather/platform'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { type DigestColumn, digestColumns } from './canonical.ts'
import { encoderOf, type ValueEncoder } from './encode-value.ts'
import { type FieldReader, fieldReader, type PortalRow } from './portal-row.ts'
import { showValue, ValueProblem, valueFault } from './value-problem.ts'

/** Raised when the same portal's value gets another stored text or digest: what was stored before is then read anew. */
export const ENCODER_VERSION = 1

/** Rows ready to be stored: texts in the order of {@link storedColumns}. */
export interface EncodedPage {
  readonly rows: readonly (readonly (string | null)[])[]
  /** Sum of the rows' CRC32, decimal text. */
  readonly digestSum: string
}

interface StoredColumn {
  readonly name: string
  readonly read: FieldReader
  readonly encode: ValueEncoder
}

/**
 * Encodes the rows of one page and computes their digest; pure.
 * @param firstKey - primary key of the first row; the others follow it
 * @throws Fault `VALUE_UNFIT` (terminal): names row, column and value
 */
export function encodePage(topic: Topic, rows: readonly PortalRow[], firstKey: number): EncodedPage {
  const columns = storedColumnsOf(topic)
  const digests = digestColumns(topic)
  let digestSum = 0
  const encoded = rows.map((row, position) => {
    const texts = encodeRow(columns, row, firstKey + position)
    digestSum += rowDigest(digests, row)
    return texts
  })
  return { rows: encoded, digestSum: String(digestSum) }
}

/**
 * CRC32 of each row of a page, as the database computes it over the row stored; pure.
 * @throws Fault as {@link encodePage}
 */
export function digestPage(topic: Topic, rows: readonly PortalRow[]): number[] {
  const columns = storedColumnsOf(topic)
  const digests = digestColumns(topic)
  return rows.map((row) => {
    encodeRow(columns, row, 0)
    return rowDigest(digests, row)
  })
}

function storedColumnsOf(topic: Topic): StoredColumn[] {
  return [
    ...topic.columns.map((column) => ({
      name: column.name,
      read: fieldReader(column.from),
      encode: encoderOf(column),
    })),
    { name: SYSTEM_COLUMNS.rowId, read: fieldReader(':id'), encode: encodeRowId },
    {
      name: SYSTEM_COLUMNS.updatedAt,
      read: fieldReader(':updated_at'),
      encode: encoderOf({ type: { kind: 'datetime' }, nullable: true }),
    },
  ]
}

function encodeRow(columns: readonly StoredColumn[], row: PortalRow, key: number): (string | null)[] {
  const texts: (string | null)[] = [String(key)]
  for (const { name, read, encode } of columns) {
    const value = read(row)
    try {
      texts.push(encode(value))
    } catch (error) {
      throw error instanceof ValueProblem ? valueFault(showRowId(row), name, value, error) : error
    }
  }
  return texts
}

function encodeRowId(value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,40}$/.test(value)) return value
  throw new Fault({
    code: 'SOURCE_ROW_ID',
    kind: 'terminal',
    message: `the portal sent a row without a usable :id: ${showValue(value)}`,
  })
}

const showRowId = ({ ':id': id }: PortalRow): string => (typeof id === 'string' ? id : showValue(id))

/** CRC32 over the row's columns in order, each as `length:text`, NULL as `N`. */
export function rowDigest(columns: readonly DigestColumn[], row: PortalRow): number {
  let text = ''
  for (const column of columns) {
    const value = column.read(row)
    if (value === undefined || value === null) {
      text += 'N'
      continue
    }
    const canonical = column.text(value)
    text += `${Buffer.byteLength(canonical)}:${canonical}`
  }
  return crc32(text)
}
