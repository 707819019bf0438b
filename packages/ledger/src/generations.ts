import type { Database } from './database.ts'
import { type GenerationPlan, insertDeletions, insertPages, pagesOf } from './generation-plan.ts'
import type { Queryable } from './session.ts'

export interface Closing {
  readonly runId: string
  readonly generation: number
  readonly reason: string
  /** What the next generation has to be. @defaultValue planned anew */
  readonly nextStrategy?: 'full' | undefined
}

/**
 * Closes a generation because source or target moved: its open pages need not be read any more.
 * The first reason stays. Does nothing when the run is past it.
 */
export async function closeGeneration(database: Queryable, closing: Closing): Promise<void> {
  await database.write(
    `UPDATE import_run SET moved_reason = ?, next_strategy = COALESCE(?, next_strategy), moved_at = NOW(3)
     WHERE run_id = ? AND generation = ? AND moved_reason IS NULL AND state IN ('loading', 'settling')`,
    [closing.reason.slice(0, 500), closing.nextStrategy ?? null, closing.runId, closing.generation],
  )
}

/**
 * Starts the generation after `generation` with its own plan, in state `planned`, all in one transaction.
 * @returns false when another settler did so before
 */
export async function startGeneration(
  database: Database,
  runId: string,
  generation: number,
  plan: GenerationPlan,
): Promise<boolean> {
  const pages = pagesOf(plan)
  return database.transaction(async (session) => {
    const result = await session.write(
      `UPDATE import_run
       SET state = 'planned', generation = ?, moved_reason = NULL, next_strategy = NULL, strategy = ?, source_filter = ?,
           planned_rows = ?, page_rows = ?, page_count = ?, base_key = ?, rows_before = ?, version_kind = ?,
           source_version = ?, source_fingerprint = ?, answered_at = ?, comparison = ?, note = ?, moved_at = NOW(3)
       WHERE run_id = ? AND generation = ? AND moved_reason IS NOT NULL AND state IN ('loading', 'settling')`,
      [
        generation + 1,
        plan.strategy,
        plan.sourceFilter,
        plan.plannedRows,
        plan.pageRows,
        pages.length,
        plan.baseKey,
        plan.rowsBefore,
        plan.versionKind,
        plan.sourceVersion,
        plan.sourceFingerprint,
        plan.answeredAt ?? null,
        plan.comparison ?? null,
        plan.note?.slice(0, 500) ?? null,
        runId,
        generation,
      ],
    )
    if (result.affectedRows !== 1) return false
    await insertPages(session, runId, generation + 1, pages)
    await insertDeletions(session, runId, generation + 1, plan.deletions ?? [])
    return true
  })
}
