import { isUtf8 } from 'node:buffer'
import { parseBody } from './decode-body.ts'
import { invalidBody } from './errors.ts'
import { hasEscape, parseValue } from './parse-value.ts'
import { SpanCursor } from './row-cursor.ts'
import { parseRows } from './row-document.ts'
import { findRowSpans, type RowSpans } from './row-spans.ts'
import type { SourceRow, SourceRows } from './source.ts'

/** Few enough that they are gone again before the memory is looked through for what stays. */
const ROWS_AT_ONCE = 64

/** What a body should hold. */
export interface AskedRows {
  /** Of each row; what else it holds is passed over. */
  readonly fields: readonly string[]
  readonly limit: number
}

/**
 * The rows of a body, each parsed when it is reached: a page of them side by side would take four times the memory, and the
 * processor time of moving it about.
 * @throws Fault `SOURCE_BODY_INVALID` (transient) unless the body is an array of at most `limit` objects; what is wrong within
 *   a row shows only when it is reached
 */
export function readBodyRows(url: URL, bytes: Buffer, { fields, limit }: AskedRows): SourceRows {
  const spans = isUtf8(bytes) ? findRowSpans(bytes, fields) : undefined
  if (spans === undefined || spans.starts.length > limit) return parseRows(url, parseBody(url, bytes), limit)
  const rows = { length: spans.starts.length, [Symbol.iterator]: () => parseSpans(url, bytes, spans) }
  // Rows that have to be parsed whole are parsed faster many at a time.
  if (2 * spans.unscanned.size > rows.length) return rows
  return { ...rows, cursor: () => new SpanCursor(bytes, fields, spans, (row) => brokenRow(url, row)) }
}

function* parseSpans(url: URL, bytes: Buffer, spans: RowSpans): Generator<SourceRow> {
  for (let first = 0; first < spans.starts.length; first += ROWS_AT_ONCE) {
    const starts = spans.starts.slice(first, first + ROWS_AT_ONCE)
    const ends = spans.ends.slice(first, first + ROWS_AT_ONCE)
    yield* parsePiece(bytes, { starts, ends }, () => brokenRow(url, first))
  }
}

function parsePiece(
  bytes: Buffer,
  { starts, ends }: Pick<RowSpans, 'starts' | 'ends'>,
  broken: () => Error,
): SourceRow[] {
  const from = starts.at(0) as number
  const to = ends.at(-1) as number
  try {
    const rows = JSON.parse(`[${bytes.toString('utf8', from, to)}]`) as SourceRow[]
    if (!hasEscape(bytes, from, to)) return rows
    return starts.map((start, index) => parseValue(bytes, start, ends[index] as number) as SourceRow)
  } catch {
    throw broken()
  }
}

/** The parser's own message quotes the body, which may hold anything. */
const brokenRow = (url: URL, row: number) => invalidBody(url, `the answer is broken JSON near row ${row}`)
