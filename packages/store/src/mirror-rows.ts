import type { RunRecord, Session } from '@gather/ledger'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { rowDigestSql } from './canonical.ts'
import { type MergeCounts, upsertRows } from './merge-rows.ts'
import { quoteName, stagingName } from './sql-names.ts'

export interface MirrorCounts extends MergeCounts {
  /** Sum of the digests of the target's rows that were deleted or got other values, as they were; decimal text. */
  readonly replacedDigestSum: string
}

const ROW_ID = quoteName(SYSTEM_COLUMNS.rowId)

/**
 * Makes the target hold what a mirror run found: its staging rows in, its deletions out, in the transaction of `session`. A row that
 * is to be deleted and stands in staging has only changed.
 * @throws Fault as `mergeRows`
 */
export async function mirrorRows(
  session: Session,
  topic: Topic,
  run: Pick<RunRecord, 'runId' | 'generation'>,
): Promise<MirrorCounts> {
  const staging = stagingName(run.runId, run.generation)
  const replacedDigestSum = await sumReplaced(session, topic, run, staging)
  const { affectedRows: deleted } = await session.write(
    `DELETE t FROM ${quoteName(topic.target.table)} t
     JOIN import_deletion d ON d.run_id = ? AND d.generation = ? AND d.source_row_id = t.${ROW_ID}
     LEFT JOIN ${quoteName(staging)} s ON s.${ROW_ID} = t.${ROW_ID} WHERE s.${ROW_ID} IS NULL`,
    [run.runId, run.generation],
  )
  return { ...(await upsertRows(session, topic, staging)), deleted, replacedDigestSum }
}

async function sumReplaced(
  session: Session,
  topic: Topic,
  run: Pick<RunRecord, 'runId' | 'generation'>,
  staging: string,
): Promise<string> {
  const [row] = await session.rows<{ digestSum: string }>(
    `SELECT CAST(COALESCE(SUM(${rowDigestSql(topic, 't.')}), 0) AS CHAR) AS digestSum
     FROM (SELECT ${ROW_ID} FROM ${quoteName(staging)}
           UNION SELECT source_row_id FROM import_deletion WHERE run_id = ? AND generation = ?) r
     JOIN ${quoteName(topic.target.table)} t ON t.${ROW_ID} = r.${ROW_ID}`,
    [run.runId, run.generation],
  )
  return row?.digestSum ?? '0'
}
