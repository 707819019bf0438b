import type { RunRecord, RunState } from './run-record.ts'
import type { Queryable } from './session.ts'

/** Names one generation of a run: a caller that slept through a change of generation moves nothing. */
export type RunGeneration = Pick<RunRecord, 'runId' | 'generation'>

/**
 * Moves a run from one of the states `from` to `to`; the guard is part of the statement.
 * @returns false when the run was in none of them, or in another generation: somebody else moved it
 */
export async function moveRun(
  database: Queryable,
  run: RunGeneration,
  from: readonly RunState[],
  to: RunState,
) {
  const result = await database.write(
    'UPDATE import_run SET state = ?, moved_at = NOW(3) WHERE run_id = ? AND generation = ? AND state IN (?)',
    [to, run.runId, run.generation, from],
  )
  return result.affectedRows === 1
}

/** Notes that a run was worked on without changing its state. */
export async function touchRun(database: Queryable, runId: string): Promise<void> {
  await database.write('UPDATE import_run SET moved_at = NOW(3) WHERE run_id = ?', [runId])
}

export interface RunEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  readonly reasonCode?: string | undefined
  readonly reason?: string | undefined
}

/**
 * Ends a run that is in one of the states `from`, in the same generation.
 * @returns false when it was not
 */
export async function endRun(
  database: Queryable,
  run: RunGeneration,
  from: readonly RunState[],
  end: RunEnd,
) {
  const result = await database.write(
    `UPDATE import_run SET state = ?, reason_code = ?, reason = ?, moved_at = NOW(3), finished_at = NOW(3)
     WHERE run_id = ? AND generation = ? AND state IN (?)`,
    [end.state, end.reasonCode ?? null, end.reason?.slice(0, 2000) ?? null, run.runId, run.generation, from],
  )
  return result.affectedRows === 1
}

/** Stores the receipt of a run, JSON. Writing it twice leaves the later one. */
export async function saveReceipt(database: Queryable, runId: string, receipt: string): Promise<void> {
  await database.write('UPDATE import_run SET receipt = ? WHERE run_id = ?', [receipt, runId])
}

/** Adds to the requests that planning and settling of a run made. */
export async function addRequests(database: Queryable, runId: string, requestCount: number): Promise<void> {
  if (requestCount === 0) return
  await database.write('UPDATE import_run SET request_count = request_count + ? WHERE run_id = ?', [
    requestCount,
    runId,
  ])
}
