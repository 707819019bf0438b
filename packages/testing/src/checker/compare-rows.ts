import type { Queryable } from '@gather/ledger'
import type { DatasetHandle } from '@gather/sample-portal'
import type { Topic } from '@gather/topics'

/** Rows as a sorted multiset, each one text: what two tables are compared by without any code of the product. */
export type RowSet = readonly string[]

/** The rows that a topic's table holds, texts and dates as the portal writes them. */
export async function storedRows(database: Pick<Queryable, 'rows'>, topic: Topic): Promise<RowSet> {
  const names = topic.columns.map((column) => `\`${column.name}\``)
  const rows = await database.rows<Record<string, string | null>>(
    `SELECT source_row_id, source_updated_at, ${names.join(', ')} FROM \`${topic.target.table}\``,
  )
  return rows
    .map((row) =>
      JSON.stringify([
        row.source_row_id,
        asDate(row.source_updated_at),
        ...topic.columns.map(({ name, type }) => (type.kind === 'datetime' ? asDate(row[name]) : row[name])),
      ]),
    )
    .sort()
}

/** The rows that the portal holds, in the same form. */
export function portalRows(dataset: Pick<DatasetHandle, 'rows'>, topic: Topic): RowSet {
  return dataset
    .rows()
    .map((row) =>
      JSON.stringify([
        row[':id'],
        asDate(row[':updated_at']),
        ...topic.columns.map(({ from, type }) =>
          type.kind === 'datetime' ? asDate(row[from]) : (row[from] ?? null),
        ),
      ]),
    )
    .sort()
}

/** What the one set has more than the other, at most five of each. */
export function describeDifference(stored: RowSet, source: RowSet): string | undefined {
  const surplus = subtract(stored, source)
  const missing = subtract(source, stored)
  if (surplus.length + missing.length === 0) return undefined
  const examples = (rows: RowSet) => (rows.length === 0 ? '' : `: ${rows.slice(0, 5).join(' ')}`)
  return `${missing.length} rows are missing${examples(missing)}; ${surplus.length} are too many${examples(surplus)}`
}

function subtract(rows: RowSet, others: RowSet): RowSet {
  const counts = new Map<string, number>()
  for (const row of others) counts.set(row, (counts.get(row) ?? 0) + 1)
  return rows.filter((row) => {
    const count = counts.get(row) ?? 0
    if (count > 0) counts.set(row, count - 1)
    return count === 0
  })
}

const asDate = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value).replace(' ', 'T').replace(/Z$/, '')
