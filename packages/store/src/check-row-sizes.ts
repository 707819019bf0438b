import type { EncodedPage } from './encode-page.ts'
import { rowTooLarge } from './store-faults.ts'
import { readTabSeparated } from './tab-separated.ts'

/** Bytes that the lengths and marks of a digest, or the quotes and commas of an INSERT, add to a field at most. */
const FIELD_BYTES_SPARE = 16

/**
 * Refuses a page with a row that the server could not take in one statement, or whose digest it could not compute: an
 * expression longer than its packet is NULL there.
 * @param bodyBytes - of the page as it came; no row is longer than that, so that most pages need no look
 * @throws Fault `ROW_TOO_LARGE` (terminal)
 */
export function checkRowSizes(page: EncodedPage, bodyBytes: number, packetBytesMax: number): void {
  if (bodyBytes * ESCAPE_GROWTH_MAX < packetBytesMax) return
  for (const row of readTabSeparated(page.body)) {
    const rowBytes = row.reduce((sum, text) => sum + Buffer.byteLength(text ?? '') + FIELD_BYTES_SPARE, 0)
    if (rowBytes * ESCAPE_GROWTH_MAX > packetBytesMax)
      throw rowTooLarge(String(row.at(-2)), rowBytes, packetBytesMax)
  }
}

/** Every character of a text may need a backslash. */
const ESCAPE_GROWTH_MAX = 2
