import { clearDeletions } from './generation-plan.ts'
import type { Queryable } from './session.ts'

/**
 * Ids of runs that were over more than `days` days ago; the newest run of every topic, the newest success of every target, which
 * the next incremental run goes by, and the one that a schedule tells of, are never among them.
 */
export async function listPrunableRunIds(database: Queryable, days: number): Promise<string[]> {
  const rows = await database.rows<{ runId: string }>(
    `SELECT run_id AS runId FROM import_run r
     WHERE finished_at < NOW(3) - INTERVAL ? DAY
       AND EXISTS (SELECT 1 FROM import_run newer WHERE newer.topic = r.topic AND newer.created_at > r.created_at)
       AND NOT EXISTS (SELECT 1 FROM import_schedule s WHERE s.last_run_id = r.run_id)
       AND (state <> 'succeeded' OR EXISTS (
         SELECT 1 FROM import_run newer
         WHERE newer.target_db = r.target_db AND newer.target_table = r.target_table AND newer.state = 'succeeded'
           AND (newer.finished_at, newer.run_id) > (r.finished_at, r.run_id)))
     ORDER BY created_at`,
    [days],
  )
  return rows.map((row) => row.runId)
}

/** Removes a run from the ledger in one statement a table, the run last: a crash between leaves a run that is pruned next time. */
export async function deleteRun(database: Queryable, runId: string): Promise<void> {
  await clearDeletions(database, runId)
  await database.write('DELETE FROM import_page WHERE run_id = ?', [runId])
  await database.write('DELETE FROM import_run WHERE run_id = ?', [runId])
}

/** Removes import_log rows older than `days` days. Returns how many. */
export async function pruneImportLog(importLog: Queryable, days: number): Promise<number> {
  const result = await importLog.write(
    'DELETE FROM import_log WHERE import_timestamp < NOW(3) - INTERVAL ? DAY',
    [days],
  )
  return result.affectedRows
}
