/** A cell: null where nothing stands between two commas, an empty text where `""` does. */
export type CsvCell = string | null

/**
 * Reads CSV with any quoting, LF or CRLF, newlines inside quotes, with or without BOM.
 * @throws Error naming the line for an open quote or text behind a closing one
 */
export function parseCsv(text: string): CsvCell[][] {
  const records: CsvCell[][] = []
  let cells: CsvCell[] = []
  let position = text.startsWith('\uFEFF') ? 1 : 0
  while (position < text.length) {
    const { cell, end } = text[position] === '"' ? readQuoted(text, position) : readPlain(text, position)
    cells.push(cell)
    const next = text.startsWith('\r\n', end) ? end + 1 : end
    if (text[next] === ',') {
      position = next + 1
      if (position < text.length) continue
      cells.push(null)
    } else if (next < text.length && text[next] !== '\n') {
      throw new Error(`CSV line ${lineOf(text, next)}: text behind a closing quote`)
    } else {
      position = next + 1
    }
    records.push(cells)
    cells = []
  }
  return records
}

interface ReadCell {
  readonly cell: CsvCell
  readonly end: number
}

function readPlain(text: string, start: number): ReadCell {
  let end = start
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end += 1
  if (text[end] === '\n' && end > start && text[end - 1] === '\r') end -= 1
  return { cell: end === start ? null : text.slice(start, end), end }
}

function readQuoted(text: string, start: number): ReadCell {
  let end = start + 1
  for (;;) {
    end = text.indexOf('"', end)
    if (end < 0) throw new Error(`CSV line ${lineOf(text, start)}: a quote is not closed`)
    if (text[end + 1] !== '"') return { cell: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 }
    end += 2
  }
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}
