import type { Queryable } from '@gather/ledger'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { canonicalSql, digestColumns } from './canonical.ts'
import { cursorOf, type PortalRow } from './portal-row.ts'
import { quoteName } from './sql-names.ts'

/** A column in which a stored row differs from the portal's; null is NULL. */
export interface ColumnDifference {
  readonly column: string
  readonly source: string | null
  readonly stored: string | null
}

/** The columns in which the target's row of the same id differs, by the texts that the digest is made of. */
export async function compareRow(
  database: Queryable,
  topic: Topic,
  row: PortalRow,
): Promise<ColumnDifference[]> {
  const columns = [...topic.columns.map(({ name }) => name), ...Object.values(SYSTEM_COLUMNS)]
  const texts = canonicalTexts(topic, row)
  const [stored] = await database.rows<Record<string, string | null>>(
    `SELECT ${canonicalSql(topic)
      .map((sql, index) => `CAST(CONCAT(${sql}) AS CHAR) AS ${quoteName(columns[index] ?? '')}`)
      .join(', ')}
     FROM ${quoteName(topic.target.table)} WHERE ${quoteName(SYSTEM_COLUMNS.rowId)} = ?`,
    [row[':id']],
  )
  return columns
    .map((column, index) => ({
      column,
      source: texts[index] ?? null,
      stored: stored?.[column] ?? null,
    }))
    .filter(({ source, stored }) => source !== stored)
}

function canonicalTexts(topic: Topic, row: PortalRow): (string | null)[] {
  const columns = digestColumns(topic)
  const cursor = cursorOf(
    [row],
    columns.map(({ from }) => from),
  )
  cursor.next()
  return columns.map(({ text }, field) => {
    const value = cursor.value(field)
    return value === undefined || value === null ? null : text(value)
  })
}
