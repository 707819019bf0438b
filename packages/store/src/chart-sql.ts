import type { Topic, TopicChart, TopicColumn } from '@gather/topics'
import { quoteName } from './sql-names.ts'

/** How the parts of a date are written, so that their order as text is their order in time. */
const DAY_FORMATS = { year: '%Y', month: '%Y-%m', day: '%Y-%m-%d' } as const

/** The statement whose rows are a chart's figures: `x`, `series` and `value` where it groups the table's own columns. */
export function chartSql(topic: Topic, chart: TopicChart, rowsMax: number): string {
  if (chart.procedure !== undefined) return `CALL ${quoteName(chart.procedure)}()`
  const value =
    chart.value === undefined
      ? 'COUNT(*)'
      : `COALESCE(SUM(${quoteName(columnOf(topic, chart.value).name)}), 0)`
  const series = chart.series === undefined ? 'NULL' : labelSql(columnOf(topic, chart.series), undefined)
  return `SELECT ${labelSql(columnOf(topic, chart.x), chart.by)} AS x, ${series} AS series, CAST(${value} AS CHAR) AS value
FROM ${quoteName(topic.target.table)} GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ${rowsMax}`
}

function labelSql({ name, type }: TopicColumn, by: TopicChart['by']): string {
  const column = quoteName(name)
  if (by !== undefined) return `DATE_FORMAT(${column}, '${DAY_FORMATS[by]}')`
  return type.kind === 'boolean' ? `CASE ${column} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END` : column
}

/** The schema of topics has found the column already; a name that is none never becomes part of a statement. */
function columnOf(topic: Topic, name: string): TopicColumn {
  const column = topic.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw new Error(`topic ${topic.name} has no column ${name}`)
  return column
}
