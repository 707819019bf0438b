import { type PlannedPage, planPages } from './plan-pages.ts'
import type { RunRecord } from './run-record.ts'
import type { Queryable } from './session.ts'

/** The plan of one generation: what is read and how it is cut. */
export interface GenerationPlan
  extends Pick<
    RunRecord,
    | 'strategy'
    | 'sourceFilter'
    | 'plannedRows'
    | 'pageRows'
    | 'baseKey'
    | 'rowsBefore'
    | 'versionKind'
    | 'sourceVersion'
    | 'sourceFingerprint'
    | 'note'
  > {
  /** @defaultValue null */
  readonly answeredAt?: string | null | undefined
  /** @defaultValue null */
  readonly comparison?: string | null | undefined
  /** @defaultValue `plannedRows` cut evenly */
  readonly pages?: readonly PlannedPage[] | undefined
  /** Ids of the target's rows to delete. @defaultValue none */
  readonly deletions?: readonly string[] | undefined
}

/** The pages of a generation. */
export const pagesOf = (plan: Pick<GenerationPlan, 'plannedRows' | 'pageRows' | 'pages'>) =>
  plan.pages ?? planPages(plan.plannedRows, plan.pageRows)

/** Each may have a condition of a few kilobytes, and a server may take as little as a megabyte at once. */
const PAGES_PER_INSERT = 100
const DELETIONS_PER_INSERT = 1_000

/** Writes the page rows of a generation, in the transaction of `session`. */
export async function insertPages(
  session: Queryable,
  runId: string,
  generation: number,
  pages: readonly PlannedPage[],
): Promise<void> {
  for (const rows of batchesOf(pages, PAGES_PER_INSERT)) {
    await session.write(
      `INSERT INTO import_page (run_id, generation, page_no, state, row_filter, row_offset, planned_rows, key_offset, changed_at)
       VALUES ${rows.map(() => "(?, ?, ?, 'open', ?, ?, ?, ?, NOW(3))").join(', ')}`,
      rows.flatMap((page) => [
        runId,
        generation,
        page.pageNo,
        page.rowFilter,
        page.rowOffset,
        page.plannedRows,
        page.keyOffset,
      ]),
    )
  }
}

/** Writes the deletions of a generation, in the transaction of `session`. */
export async function insertDeletions(
  session: Queryable,
  runId: string,
  generation: number,
  rowIds: readonly string[],
): Promise<void> {
  for (const ids of batchesOf(rowIds, DELETIONS_PER_INSERT)) {
    await session.write('INSERT INTO import_deletion (run_id, generation, source_row_id) VALUES ?', [
      ids.map((id) => [runId, generation, id]),
    ])
  }
}

function* batchesOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

/** Removes the deletions of a run that is over. */
export async function clearDeletions(database: Queryable, runId: string): Promise<void> {
  await database.write('DELETE FROM import_deletion WHERE run_id = ?', [runId])
}
