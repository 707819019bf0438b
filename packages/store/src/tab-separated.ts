const NEEDS_ESCAPE = /[\\\t\n\0]/
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0' }

const escapeField = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? text.replace(/[\\\t\n\0]/g, (mark) => ESCAPES[mark] ?? mark) : text

/** Rows in the form LOAD DATA reads by default: tabs between fields, `\N` for NULL, backslash escapes, a line end after each row. */
export function toTabSeparated(rows: readonly (readonly (string | null)[])[]): Buffer {
  const lines: string[] = []
  for (const row of rows) {
    let line = ''
    for (const [index, field] of row.entries()) {
      line += index === 0 ? '' : '\t'
      line += field === null ? '\\N' : escapeField(field)
    }
    lines.push(line)
  }
  return Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`)
}
