import { Fault } from '@gather/platform'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { type DigestColumn, digestColumns } from './canonical.ts'
import { Crc32Text } from './crc32-text.ts'
import { addRowId, type PlainEncoder, plainEncoderOf } from './encode-plain.ts'
import { encoderOf, type ValueEncoder } from './encode-value.ts'
import { cursorOf, type PortalRow, type PortalRows, placeOf, type RowCursor } from './portal-row.ts'
import { TabSeparatedRows } from './tab-separated.ts'
import { showValue, ValueProblem, valueFault } from './value-problem.ts'

/** Raised when the same portal's value gets another stored text or digest: what was stored before is then read anew. */
export const ENCODER_VERSION = 2

const ROW_BYTES_EXPECTED = 160

/** Rows ready to be stored. */
export interface EncodedPage {
  readonly rowCount: number
  /** The rows as {@link TabSeparatedRows}, their fields in the order of {@link storedColumns}. */
  readonly body: Buffer
  /** Sum of the rows' CRC32, decimal text. */
  readonly digestSum: string
}

/** A column with the place of its field in the cursor. */
type Placed<Column> = Column & { readonly field: number }

interface StoredColumn {
  readonly name: string
  readonly from: string
  readonly encode: ValueEncoder
  readonly addPlain: PlainEncoder
}

/**
 * Encodes the rows of one page and computes their digest; pure.
 * @param firstKey - primary key of the first row; the others follow it
 * @throws Fault `VALUE_UNFIT` (terminal): names row, column and value
 */
export function encodePage(topic: Topic, rows: PortalRows, firstKey: number): EncodedPage {
  const cursor = cursorOf(rows, fieldsOf(topic))
  const columns = placed(storedColumnsOf(topic), cursor)
  const digests = placed(digestColumns(topic), cursor)
  const encoded = new TabSeparatedRows(rows.length * ROW_BYTES_EXPECTED)
  const crc = new Crc32Text()
  let key = firstKey
  let digestSum = 0
  while (cursor.next()) {
    encoded.add(String(key++))
    encodeRow(columns, cursor, encoded)
    digestSum += rowDigest(digests, cursor, crc)
  }
  return { rowCount: rows.length, body: encoded.bytes, digestSum: String(digestSum) }
}

/**
 * CRC32 of each row of a page, as the database computes it over the row stored; pure.
 * @throws Fault as {@link encodePage}
 */
export function digestPage(topic: Topic, rows: readonly PortalRow[]): number[] {
  const cursor = cursorOf(rows, fieldsOf(topic))
  const columns = placed(storedColumnsOf(topic), cursor)
  const digests = placed(digestColumns(topic), cursor)
  const crc = new Crc32Text()
  const sums: number[] = []
  while (cursor.next()) {
    for (const column of columns) encodeField(column, cursor)
    sums.push(rowDigest(digests, cursor, crc))
  }
  return sums
}

const fieldsOf = (topic: Topic): string[] => storedColumnsOf(topic).map(({ from }) => from)

const placed = <Column extends { readonly from: string }>(columns: readonly Column[], cursor: RowCursor) =>
  columns.map((column): Placed<Column> => ({ ...column, field: placeOf(cursor, column.from) }))

function storedColumnsOf(topic: Topic): StoredColumn[] {
  const updatedAt = { type: { kind: 'datetime' }, nullable: true } as const
  return [
    ...topic.columns.map((column) => ({
      name: column.name,
      from: column.from,
      encode: encoderOf(column),
      addPlain: plainEncoderOf(column.type),
    })),
    { name: SYSTEM_COLUMNS.rowId, from: ':id', encode: encodeRowId, addPlain: addRowId },
    {
      name: SYSTEM_COLUMNS.updatedAt,
      from: ':updated_at',
      encode: encoderOf(updatedAt),
      addPlain: plainEncoderOf(updatedAt.type),
    },
  ]
}

function encodeRow(
  columns: readonly Placed<StoredColumn>[],
  cursor: RowCursor,
  encoded: TabSeparatedRows,
): void {
  const { bytes, isPlain, starts, ends } = cursor
  for (const column of columns) {
    const { field } = column
    const isAdded =
      isPlain[field] === 1 && column.addPlain(encoded, bytes, starts[field] as number, ends[field] as number)
    if (!isAdded) encoded.add(encodeField(column, cursor))
  }
  encoded.endRow()
}

function encodeField({ name, field, encode }: Placed<StoredColumn>, cursor: RowCursor): string | null {
  const value = cursor.value(field)
  try {
    return encode(value)
  } catch (error) {
    throw error instanceof ValueProblem ? valueFault(showRowId(cursor), name, value, error) : error
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

function showRowId(cursor: RowCursor): string {
  const id = cursor.value(placeOf(cursor, ':id'))
  return typeof id === 'string' ? id : showValue(id)
}

/** CRC32 over the row's columns in order, each as `length:text`, NULL as `N`. */
function rowDigest(columns: readonly Placed<DigestColumn>[], cursor: RowCursor, crc: Crc32Text): number {
  const { bytes, isPlain, starts, ends } = cursor
  for (const { field, addPlain, text } of columns) {
    const isAdded =
      isPlain[field] === 1 && addPlain(crc, bytes, starts[field] as number, ends[field] as number)
    if (isAdded) continue
    const value = cursor.value(field)
    if (value === undefined || value === null) crc.add('N')
    else crc.addWithLength(text(value))
  }
  return crc.take()
}
