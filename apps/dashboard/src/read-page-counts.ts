import type { Queryable } from '@gather/ledger'

/** Pages of a run's present generation by state, and the rows of those that are done. */
export interface PageCounts {
  readonly open: number
  readonly claimed: number
  readonly done: number
  readonly failed: number
  readonly rowCount: number
}

export const NO_PAGES: PageCounts = { open: 0, claimed: 0, done: 0, failed: 0, rowCount: 0 }

/** Page counts of many runs in one statement, by run id; a run without pages is absent. */
export async function readPageCounts(
  database: Queryable,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, PageCounts>> {
  if (runIds.length === 0) return new Map()
  const rows = await database.rows<{
    runId: string
    state: Exclude<keyof PageCounts, 'rowCount'>
    pages: number
    rowCount: string
  }>(
    `SELECT page.run_id AS runId, page.state, COUNT(*) AS pages,
            CAST(COALESCE(SUM(CASE WHEN page.state = 'done' THEN page.row_count END), 0) AS CHAR) AS rowCount
     FROM import_page page JOIN import_run run ON run.run_id = page.run_id AND run.generation = page.generation
     WHERE page.run_id IN (?) GROUP BY page.run_id, page.state`,
    [runIds],
  )
  const counts = new Map<string, PageCounts>()
  for (const row of rows) {
    const before = counts.get(row.runId) ?? NO_PAGES
    const rowCount = before.rowCount + Number(row.rowCount)
    counts.set(row.runId, { ...before, [row.state]: row.pages, rowCount })
  }
  return counts
}
