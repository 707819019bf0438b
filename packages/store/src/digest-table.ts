import type { Queryable } from '@gather/ledger'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { rowDigestSql } from './canonical.ts'
import { quoteName } from './sql-names.ts'

/** What a table holds, in three figures; sums as decimal texts. */
export interface TableDigest {
  readonly rowCount: number
  /** Over every column of every row: equal to the sum of the workers' digests of the same rows. */
  readonly digestSum: string
  /** Over row ids and times of change alone: which rows there are, whatever values they have. */
  readonly identitySum: string
}

const ROW_ID = quoteName(SYSTEM_COLUMNS.rowId)
const UPDATED_AT = quoteName(SYSTEM_COLUMNS.updatedAt)

/** Has the database compute the digest of a topic's table over the rows as stored, in one scan. */
export async function digestTable(database: Queryable, topic: Topic, table: string): Promise<TableDigest> {
  const [row] = await database.rows<TableDigest>(
    `SELECT COUNT(*) AS rowCount, CAST(COALESCE(SUM(${rowDigestSql(topic)}), 0) AS CHAR) AS digestSum,
            CAST(COALESCE(SUM(CRC32(CONCAT(${ROW_ID}, ' ', COALESCE(${UPDATED_AT}, 'N')))), 0) AS CHAR) AS identitySum
     FROM ${quoteName(table)}`,
  )
  return row ?? { rowCount: 0, digestSum: '0', identitySum: '0' }
}

/** CRC32 of the rows of a topic's target with these ids, by id; an id that is not there is left out. */
export async function digestRows(
  database: Queryable,
  topic: Topic,
  rowIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (rowIds.length === 0) return new Map()
  const rows = await database.rows<{ id: string; digest: number }>(
    `SELECT ${ROW_ID} AS id, ${rowDigestSql(topic)} AS digest FROM ${quoteName(topic.target.table)} WHERE ${ROW_ID} IN (?)`,
    [rowIds],
  )
  return new Map(rows.map(({ id, digest }) => [id, digest]))
}
