import type { Queryable } from './session.ts'

/** Ids of runs that were over more than `days` days ago; the newest run of every topic is never among them. */
export async function listPrunableRunIds(database: Queryable, days: number): Promise<string[]> {
  const rows = await database.rows<{ runId: string }>(
    `SELECT run_id AS runId FROM import_run r
     WHERE finished_at < NOW(3) - INTERVAL ? DAY
       AND EXISTS (SELECT 1 FROM import_run newer WHERE newer.topic = r.topic AND newer.created_at > r.created_at)
     ORDER BY created_at`,
    [days],
  )
  return rows.map((row) => row.runId)
}

/** Removes a run and its pages from the ledger in one statement each, pages first: a crash between leaves a run that is pruned next time. */
export async function deleteRun(database: Queryable, runId: string): Promise<void> {
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
