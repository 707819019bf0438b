import type { Queryable } from '@gather/ledger'
import type { Topic } from '@gather/topics'
import type { HandChange, HandChangeKind } from './incremental-plan.ts'

/** Whether it shows which rows there are: values alone show in a digest only. */
export const handClassOf = (kind: HandChangeKind): 'rows' | 'values' =>
  kind === 'changeValues' ? 'values' : 'rows'

/** Changes a topic's table as somebody with a client would. */
export async function changeByHand(
  database: Queryable,
  topic: Topic,
  { kind, place, rowCount }: HandChange,
): Promise<void> {
  const table = `\`${topic.target.table}\``
  const all = await database.rows<{ id: string }>(
    `SELECT source_row_id AS id FROM ${table} ORDER BY source_row_id`,
  )
  const start = Math.floor(place * all.length)
  const ids = all.slice(start, start + rowCount).map(({ id }) => id)
  if (ids.length === 0) return
  switch (kind) {
    case 'deleteRows':
      return run(database, `DELETE FROM ${table} WHERE source_row_id IN (?)`, [ids])
    case 'addRows':
      for (const id of ids) await run(database, copySql(topic), [id])
      return
    case 'retimeRows':
      return run(
        database,
        `UPDATE ${table} SET source_updated_at = source_updated_at + INTERVAL 1 SECOND WHERE source_row_id IN (?)`,
        [ids],
      )
    case 'changeValues':
      return run(database, `UPDATE ${table} SET animal_s_name = 'By hand' WHERE source_row_id IN (?)`, [ids])
  }
}

/** A row under another id and the next key. */
function copySql({ target, keyColumn, columns }: Topic): string {
  const table = `\`${target.table}\``
  const names = columns.map(({ name }) => `\`${name}\``).join(', ')
  return `INSERT INTO ${table} (\`${keyColumn}\`, ${names}, source_row_id, source_updated_at)
    SELECT last.n + 1, ${names}, CONCAT('by-hand-', last.n + 1), source_updated_at
    FROM ${table} JOIN (SELECT MAX(\`${keyColumn}\`) AS n FROM ${table}) last WHERE source_row_id = ?`
}

async function run(database: Queryable, sql: string, values: readonly unknown[]): Promise<void> {
  await database.write(sql, [...values])
}
