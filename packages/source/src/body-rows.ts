import { isAscii, isUtf8 } from 'node:buffer'
import { parseBody } from './decode-body.ts'
import { invalidBody } from './errors.ts'
import { parseRows } from './row-document.ts'
import { findRowSpans, type RowSpans } from './row-spans.ts'
import type { SourceRow, SourceRows } from './source.ts'

/** Few enough that they are gone again before the memory is looked through for what stays. */
const ROWS_AT_ONCE = 64

/**
 * The rows of a body, each parsed when it is reached: a page of them side by side would take four times the memory, and the
 * processor time of moving it about.
 * @throws Fault `SOURCE_BODY_INVALID` (transient) unless the body is an array of at most `limit` objects; what is wrong within
 *   a row shows only when it is reached
 */
export function readBodyRows(url: URL, bytes: Buffer, limit: number): SourceRows {
  const spans = isUtf8(bytes) ? findRowSpans(bytes) : undefined
  if (spans === undefined || spans.starts.length > limit) return parseRows(url, parseBody(url, bytes), limit)
  return { length: spans.starts.length, [Symbol.iterator]: () => parseSpans(url, bytes, spans) }
}

function* parseSpans(url: URL, bytes: Buffer, { starts, ends }: RowSpans): Generator<SourceRow> {
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8'
  for (let first = 0; first < starts.length; first += ROWS_AT_ONCE) {
    const last = Math.min(first + ROWS_AT_ONCE, starts.length) - 1
    yield* parsePiece(url, `[${bytes.toString(encoding, starts[first], ends[last])}]`, first)
  }
}

function parsePiece(url: URL, text: string, firstRow: number): readonly SourceRow[] {
  try {
    return JSON.parse(text) as SourceRow[]
  } catch {
    // The parser's own message quotes the body, which may hold anything.
    throw invalidBody(url, `the answer is broken JSON near row ${firstRow}`)
  }
}
