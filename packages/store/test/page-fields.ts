import type { EncodedPage } from '../src/index.ts'
import { readTabSeparated, TabSeparatedRows } from '../src/tab-separated.ts'

type Row = readonly (string | null)[]

/** Rows in the form in which a page holds them. */
export function tabSeparated(rows: Iterable<Row>): Buffer {
  const written = new TabSeparatedRows()
  for (const row of rows) {
    for (const field of row) written.add(field)
    written.endRow()
  }
  return written.bytes
}

/** A page of any rows, also of those that the encoder would never make. */
export const pageOfRows = (rows: readonly Row[]): EncodedPage => ({
  rowCount: rows.length,
  body: tabSeparated(rows),
  digestSum: '1',
})

/** The fields of each row of a page. */
export const fieldsOf = (page: EncodedPage): (string | null)[][] => [...readTabSeparated(page.body)]
