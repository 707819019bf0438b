import type { Session } from '@gather/ledger'
import { isFault } from '@gather/platform'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { rowDigestSql } from './canonical.ts'
import { quoteName, quoteNames } from './sql-names.ts'
import { duplicateRows, storeMismatch } from './store-faults.ts'
import { storedColumns } from './table-sql.ts'

export interface MergeCounts {
  readonly inserted: number
  /** Rows of staging that the target had otherwise. */
  readonly updated: number
  readonly deleted: number
}

const ROW_ID = quoteName(SYSTEM_COLUMNS.rowId)

/**
 * Merges `staging` into the target by source row id, in the transaction of `session`: rows that are there keep their key and
 * take the new values, the others are added. With `key` columns, rows of the target that share them with a row of staging
 * but not its row id are removed first.
 * @throws Fault `STORE_MISMATCH` (terminal): the target's rows are not those of staging afterwards; `DUPLICATE_ROWS` (terminal):
 *   a unique index of the target does not allow them
 */
export async function mergeRows(
  session: Session,
  topic: Topic,
  staging: string,
  key: readonly string[],
): Promise<MergeCounts> {
  const target = quoteName(topic.target.table)
  const deleted = key.length === 0 ? 0 : await deleteReplaced(session, target, quoteName(staging), key)
  return { ...(await upsertRows(session, topic, staging)), deleted }
}

/** Gives the target all rows of `staging`: those that are there keep their key; throws as {@link mergeRows}. */
export async function upsertRows(session: Session, topic: Topic, staging: string) {
  const target = quoteName(topic.target.table)
  const from = quoteName(staging)
  const updated = await countChanged(session, topic, staging)
  const columns = storedColumns(topic)
  try {
    await session.write(
      `UPDATE ${target} t JOIN ${from} s ON s.${ROW_ID} = t.${ROW_ID}
       SET ${columns
         .slice(1)
         .map((name) => `t.${quoteName(name)} = s.${quoteName(name)}`)
         .join(', ')}`,
    )
    const { affectedRows: inserted } = await session.write(
      `INSERT INTO ${target} (${quoteNames(columns)})
       SELECT ${columns.map((name) => `s.${quoteName(name)}`).join(', ')}
       FROM ${from} s LEFT JOIN ${target} t ON t.${ROW_ID} = s.${ROW_ID} WHERE t.${ROW_ID} IS NULL`,
    )
    await checkMerged(session, topic, staging)
    return { inserted, updated }
  } catch (error) {
    throw isFault(error) && error.code === 'DATABASE_DUPLICATE'
      ? duplicateRows(topic.target.table, error)
      : error
  }
}

async function countChanged(session: Session, topic: Topic, staging: string): Promise<number> {
  const [row] = await session.rows<{ n: number }>(
    `SELECT COUNT(*) AS n FROM ${quoteName(topic.target.table)} t JOIN ${quoteName(staging)} s ON s.${ROW_ID} = t.${ROW_ID}
     WHERE ${rowDigestSql(topic, 's.')} <> ${rowDigestSql(topic, 't.')}`,
  )
  return row?.n ?? 0
}

async function deleteReplaced(
  session: Session,
  target: string,
  staging: string,
  key: readonly string[],
): Promise<number> {
  const sameKey = key.map((name) => `s.${quoteName(name)} <=> t.${quoteName(name)}`).join(' AND ')
  const result = await session.write(
    `DELETE t FROM ${target} t JOIN ${staging} s ON ${sameKey}
     LEFT JOIN ${staging} again ON again.${ROW_ID} = t.${ROW_ID} WHERE again.${ROW_ID} IS NULL`,
  )
  return result.affectedRows
}

async function checkMerged(session: Session, topic: Topic, staging: string): Promise<void> {
  const [row] = await session.rows<{ staged: number; same: number }>(
    `SELECT COUNT(*) AS staged, COALESCE(SUM(${rowDigestSql(topic, 's.')} = ${rowDigestSql(topic, 't.')}), 0) AS same
     FROM ${quoteName(staging)} s LEFT JOIN ${quoteName(topic.target.table)} t ON t.${ROW_ID} = s.${ROW_ID}`,
  )
  if (Number(row?.staged) !== Number(row?.same)) {
    throw storeMismatch(topic.target.table, Number(row?.staged), `${row?.same} are equal after the merge`)
  }
}
