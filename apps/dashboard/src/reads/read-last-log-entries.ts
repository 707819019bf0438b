import type { LoggedEntry, Queryable } from '@gather/ledger'

export interface LastLogEntries {
  /** Oldest first. */
  readonly entries: readonly LoggedEntry[]
  /** Rows of the run in all. */
  readonly rowCount: number
}

/** The last `limit` rows of a run in the import_log. The ids come from the index, so that old rows are not read. */
export async function readLastLogEntries(
  importLog: Queryable,
  runId: string,
  limit: number,
): Promise<LastLogEntries> {
  const [entries, [count]] = await Promise.all([
    importLog.rows<LoggedEntry>(
      `SELECT phase, event, generation, page_no AS pageNo, chunk_row_count AS chunkRowCount, total_row_count AS totalRowCount,
              comments, import_timestamp AS importTimestamp
       FROM import_log JOIN (
         SELECT import_log_id FROM import_log WHERE run_id = ? ORDER BY import_log_id DESC LIMIT ?
       ) newest USING (import_log_id) ORDER BY import_log_id`,
      [runId, limit],
    ),
    importLog.rows<{ rowCount: number }>('SELECT COUNT(*) AS rowCount FROM import_log WHERE run_id = ?', [
      runId,
    ]),
  ])
  return { entries, rowCount: count?.rowCount ?? 0 }
}
