import type { Database } from '@gather/ledger'
import { type RunTables, stagingName } from '@gather/store'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'

/**
 * What a staging table holds, as text, in the order of its columns: key, the topic's own, row id, time of the last change.
 * Servers write doubles in different forms, and the driver's own reading of them is not exact: the engine reads them.
 */
export async function readStoredRows(
  database: Database,
  topic: Topic,
  { runId, generation }: RunTables,
): Promise<(string | null)[][]> {
  const doubles = new Set(topic.columns.flatMap(({ name, type }) => (type.kind === 'double' ? [name] : [])))
  const own = topic.columns.map(({ name }) => name)
  const names = [topic.keyColumn, ...own, SYSTEM_COLUMNS.rowId, SYSTEM_COLUMNS.updatedAt]
  const selected = names.map((name) =>
    doubles.has(name) ? `CONCAT(\`${name}\`) AS \`${name}\`` : `\`${name}\``,
  )
  const rows = await database.rows<Record<string, unknown>>(
    `SELECT ${selected.join(', ')} FROM \`${stagingName(runId, generation)}\` ORDER BY \`${topic.keyColumn}\``,
  )
  return rows.map((row) =>
    names.map((name) => {
      const value = row[name]
      if (value === null) return null
      return doubles.has(name) ? String(Number(value)) : String(value)
    }),
  )
}
