import type { RunRecord } from './run-record.ts'
import type { Queryable } from './session.ts'

/** A row of the import_log: what people read about a run. */
export interface LogEntry {
  readonly phase: 'start' | 'chunk' | 'final'
  readonly event: 'start' | 'chunk' | 'success' | 'failure'
  /** 0 for start and final, so that a run has one of each. */
  readonly generation: number
  /** -1 where the row is of no page. */
  readonly pageNo: number
  readonly chunkRowCount: number
  readonly comments: string
}

/**
 * Writes a row of the import_log unless it is there already: a run has one start row, one row per page, one final row.
 * Safe to call twice and by many at once.
 */
export async function writeLogEntry(importLog: Queryable, run: RunRecord, entry: LogEntry): Promise<void> {
  await writeLogEntries(importLog, run, [entry])
}

/** Writes many rows of the import_log at once; those that are there already stay as they are. */
export async function writeLogEntries(
  importLog: Queryable,
  run: RunRecord,
  entries: readonly LogEntry[],
): Promise<void> {
  for (let start = 0; start < entries.length; start += ENTRIES_PER_INSERT) {
    const batch = entries.slice(start, start + ENTRIES_PER_INSERT)
    await importLog.write(
      `INSERT INTO import_log (source_file, target_host, target_db, target_table, total_row_count, chunk_row_count, comments,
         run_id, generation, phase, event, page_no)
       VALUES ${batch.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}
       ON DUPLICATE KEY UPDATE import_log_id = import_log_id`,
      batch.flatMap((entry) => [
        run.dataset,
        run.targetHost,
        run.targetDb,
        run.targetTable,
        run.plannedRows,
        entry.chunkRowCount,
        entry.comments.slice(0, 500),
        run.runId,
        entry.generation,
        entry.phase,
        entry.event,
        entry.pageNo,
      ]),
    )
  }
}

const ENTRIES_PER_INSERT = 500

export interface LoggedEntry extends LogEntry {
  readonly importTimestamp: string
  readonly totalRowCount: number
}

/** All import_log rows of a run in the order they were written. */
export function readLogEntries(importLog: Queryable, runId: string): Promise<LoggedEntry[]> {
  return importLog.rows<LoggedEntry>(
    `SELECT phase, event, generation, page_no AS pageNo, chunk_row_count AS chunkRowCount, total_row_count AS totalRowCount,
            comments, import_timestamp AS importTimestamp
     FROM import_log WHERE run_id = ? ORDER BY import_log_id`,
    [runId],
  )
}

/** Which pages of a generation have their import_log row, and whether the run has its start and final row. */
export async function readLoggedPhases(importLog: Queryable, runId: string) {
  const rows = await importLog.rows<{ phase: LogEntry['phase']; generation: number; pageNo: number }>(
    'SELECT phase, generation, page_no AS pageNo FROM import_log WHERE run_id = ?',
    [runId],
  )
  const pages = new Set(
    rows.filter((row) => row.phase === 'chunk').map((row) => `${row.generation}/${row.pageNo}`),
  )
  return {
    hasStart: rows.some((row) => row.phase === 'start'),
    hasFinal: rows.some((row) => row.phase === 'final'),
    hasPage: (generation: number, pageNo: number) => pages.has(`${generation}/${pageNo}`),
  }
}

/** Those of `runIds` that lack their final import_log row. */
export async function readUnfinishedRunIds(
  importLog: Queryable,
  runIds: readonly string[],
): Promise<Set<string>> {
  if (runIds.length === 0) return new Set()
  const rows = await importLog.rows<{ runId: string }>(
    `SELECT run_id AS runId FROM import_log WHERE phase = 'final' AND run_id IN (?)`,
    [runIds],
  )
  const finished = new Set(rows.map((row) => row.runId))
  return new Set(runIds.filter((runId) => !finished.has(runId)))
}
