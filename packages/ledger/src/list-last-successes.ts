import type { RunRecord } from './run-record.ts'
import type { Queryable } from './session.ts'

/** The newest success of a topic. */
export interface LastSuccess extends Pick<RunRecord, 'topic' | 'sourceVersion'> {
  /** Milliseconds since it was over. */
  readonly ageMs: number
  /** Of its target afterwards; null where its receipt does not tell. */
  readonly rowCount: number | null
}

/**
 * The newest success of every topic that has one. Each is found by a walk down one index, which ends at the first success,
 * so runs of the past cost nothing.
 */
export async function listLastSuccesses(database: Queryable): Promise<LastSuccess[]> {
  const rows = await database.rows<Omit<LastSuccess, 'rowCount'> & { readonly rowCount: string | null }>(
    `SELECT run.topic, run.source_version AS sourceVersion,
            CAST(TIMESTAMPDIFF(MICROSECOND, run.finished_at, NOW(3)) / 1000 AS SIGNED) AS ageMs,
            JSON_UNQUOTE(JSON_EXTRACT(run.receipt, '$.counts.after')) AS rowCount
     FROM (SELECT DISTINCT topic FROM import_run) known
     JOIN import_run run ON run.run_id = (
       SELECT newest.run_id FROM import_run newest FORCE INDEX (topic_created)
       WHERE newest.topic = known.topic AND newest.state = 'succeeded'
       ORDER BY newest.created_at DESC, newest.run_id DESC LIMIT 1)
     ORDER BY run.topic`,
  )
  return rows.map((row) => ({ ...row, rowCount: readCount(row.rowCount) }))
}

const readCount = (text: string | null): number | null =>
  text !== null && /^\d+$/.test(text) ? Number(text) : null
