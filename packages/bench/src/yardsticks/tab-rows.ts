import { quoteNames, storedColumns } from '@gather/store'
import type { Topic } from '@gather/topics'
import type { PageRow } from './fetch-page.ts'

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0' }

/** Statement that loads lines of {@link encodeTabRows}; the path is of no matter where they are sent from memory. */
export const loadTabRowsSql = (topic: Topic, table: string, path: string): string =>
  `LOAD DATA LOCAL INFILE '${path}' INTO TABLE \`${table}\` CHARACTER SET utf8mb4 (${quoteNames(storedColumns(topic))})`

/** Gives the values of a row without its key: the least that has to be done to what the portal sends, with no check of it. */
export type RowReader = (row: PageRow) => (string | null)[]

export function createRowReader(topic: Topic): RowReader {
  const fields = [
    ...topic.columns.map(({ from, type }) => ({ from, isTime: type.kind === 'datetime' })),
    { from: ':id', isTime: false },
    { from: ':updated_at', isTime: true },
  ]
  return (row) =>
    fields.map(({ from, isTime }) => {
      const value = row[from]
      if (typeof value !== 'string') return null
      return isTime ? `${value.slice(0, 10)} ${value.slice(11, 23)}` : value
    })
}

/**
 * Rows of the portal as lines for LOAD DATA.
 * @param firstKey - primary key of the first row; the others follow it
 */
export function encodeTabRows(read: RowReader, rows: readonly PageRow[], firstKey: number): Buffer {
  let text = ''
  for (const [position, row] of rows.entries()) {
    text += firstKey + position
    for (const value of read(row)) text += value === null ? '\t\\N' : `\t${escapeText(value)}`
    text += '\n'
  }
  return Buffer.from(text)
}

const escapeText = (text: string): string =>
  /[\\\t\n\0]/.test(text) ? text.replace(/[\\\t\n\0]/g, (mark) => ESCAPES[mark] ?? mark) : text
