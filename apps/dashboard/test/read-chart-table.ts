const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
  '&amp;': '&',
}
const fromEntities = (text: string) =>
  text.replace(/&(?:lt|gt|quot|#39|#96|amp);/g, (sign) => ENTITIES[sign] ?? '')
const cellsOf = (row: string, pattern: RegExp) =>
  [...row.matchAll(pattern)].map((match) => fromEntities(match[1] ?? ''))

/** The figures of a chart's table in a page: by row and column, as `<row> / <column>`, without those that are 0. */
export function readChartTable(page: string, title: string): ReadonlyMap<string, number> {
  const start = page.indexOf(`data-title="${title}"`)
  if (start < 0) throw new Error(`the page has no table "${title}"`)
  const table = page.slice(start, page.indexOf('</table>', start))
  const [, ...names] = cellsOf(table.slice(0, table.indexOf('</thead>')), /<th scope="col"[^>]*>([^<]*)</g)
  const figures = new Map<string, number>()
  for (const row of table.slice(table.indexOf('<tbody>')).split('</tr>')) {
    const [label] = cellsOf(row, /<th scope="row">([^<]*)</g)
    cellsOf(row, /data-value="([^"]*)"/g).forEach((value, place) => {
      if (Number(value) !== 0) figures.set(`${label} / ${names[place]}`, Number(value))
    })
  }
  return figures
}

/** How many of the portal's rows have which year and species, counted here. */
export function countBySpeciesAndYear(rows: readonly Readonly<Record<string, unknown>>[]) {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const key = `${String(row.license_issue_date).slice(0, 4)} / ${row.species}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
