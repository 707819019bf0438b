import { Fault } from '@gather/platform'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { type DigestColumn, digestColumns } from './canonical.ts'
import { Crc32Text } from './crc32-text.ts'
import { encoderOf, type ValueEncoder } from './encode-value.ts'
import { type FieldReader, fieldReader, type PortalRow, type PortalRows } from './portal-row.ts'
import { TabSeparatedRows } from './tab-separated.ts'
import { showValue, ValueProblem, valueFault } from './value-problem.ts'

/** Raised when the same portal's value gets another stored text or digest: what was stored before is then read anew. */
export const ENCODER_VERSION = 1

const ROW_BYTES_EXPECTED = 160

/** Rows ready to be stored. */
export interface EncodedPage {
  readonly rowCount: number
  /** The rows as {@link TabSeparatedRows}, their fields in the order of {@link storedColumns}. */
  readonly body: Buffer
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
export function encodePage(topic: Topic, rows: PortalRows, firstKey: number): EncodedPage {
  const columns = storedColumnsOf(topic)
  const digests = digestColumns(topic)
  const encoded = new TabSeparatedRows(rows.length * ROW_BYTES_EXPECTED)
  const crc = new Crc32Text()
  let key = firstKey
  let digestSum = 0
  for (const row of rows) {
    encoded.add(String(key++))
    encodeRow(columns, row, encoded)
    digestSum += rowDigest(digests, row, crc)
  }
  return { rowCount: rows.length, body: encoded.bytes, digestSum: String(digestSum) }
}

/**
 * CRC32 of each row of a page, as the database computes it over the row stored; pure.
 * @throws Fault as {@link encodePage}
 */
export function digestPage(topic: Topic, rows: readonly PortalRow[]): number[] {
  const columns = storedColumnsOf(topic)
  const digests = digestColumns(topic)
  const crc = new Crc32Text()
  return rows.map((row) => {
    for (const column of columns) encodeField(column, row)
    return rowDigest(digests, row, crc)
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

function encodeRow(columns: readonly StoredColumn[], row: PortalRow, encoded: TabSeparatedRows): void {
  for (const column of columns) encoded.add(encodeField(column, row))
  encoded.endRow()
}

function encodeField({ name, read, encode }: StoredColumn, row: PortalRow): string | null {
  const value = read(row)
  try {
    return encode(value)
  } catch (error) {
    throw error instanceof ValueProblem ? valueFault(showRowId(row), name, value, error) : error
  }
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
function rowDigest(columns: readonly DigestColumn[], row: PortalRow, crc: Crc32Text): number {
  for (const { read, text } of columns) {
    const value = read(row)
    if (value === undefined || value === null) crc.add('N')
    else crc.addWithLength(text(value))
  }
  return crc.take()
}
