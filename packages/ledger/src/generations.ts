import { type GenerationPlan, insertPages, pageCountOf } from './create-run.ts'
import type { Database } from './database.ts'
import type { Queryable } from './session.ts'

/**
 * Closes a generation because the source moved: its open pages need not be read any more.
 * The first reason stays. Does nothing when the run is past it.
 */
export async function closeGeneration(
  database: Queryable,
  runId: string,
  generation: number,
  reason: string,
) {
  await database.write(
    `UPDATE import_run SET moved_reason = ?, moved_at = NOW(3)
     WHERE run_id = ? AND generation = ? AND moved_reason IS NULL AND state IN ('loading', 'settling')`,
    [reason.slice(0, 500), runId, generation],
  )
}

/**
 * Starts the generation after `generation` with its own plan, in state `planned`, all in one transaction.
 * @returns false when another settler did so before
 */
export function startGeneration(database: Database, runId: string, generation: number, plan: GenerationPlan) {
  return database.transaction(async (session) => {
    const result = await session.write(
      `UPDATE import_run
       SET state = 'planned', generation = ?, moved_reason = NULL, source_filter = ?, planned_rows = ?, page_rows = ?,
           page_count = ?, version_kind = ?, source_version = ?, source_fingerprint = ?, moved_at = NOW(3)
       WHERE run_id = ? AND generation = ? AND moved_reason IS NOT NULL AND state IN ('loading', 'settling')`,
      [
        generation + 1,
        plan.sourceFilter,
        plan.plannedRows,
        plan.pageRows,
        pageCountOf(plan.plannedRows, plan.pageRows),
        plan.versionKind,
        plan.sourceVersion,
        plan.sourceFingerprint,
        runId,
        generation,
      ],
    )
    if (result.affectedRows !== 1) return false
    await insertPages(session, runId, generation + 1, plan)
    return true
  })
}
