/** Writes a line to standard output. */
export const printLine = (text = ''): void => {
  process.stdout.write(`${text}\n`)
}

/** Writes a line to standard error: what accompanies a result. */
export const printNote = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** Writes the one JSON document of a `--json` command. */
export const printJson = (value: unknown): void => printLine(JSON.stringify(value, null, 2))

/** A whole number with thousands separators. */
export const count = (value: number): string => value.toLocaleString('en-US')

/** A duration a person reads, from milliseconds: `840 ms`, `12.3 s`, `4 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** Rows of cells as aligned columns, the first row being the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
