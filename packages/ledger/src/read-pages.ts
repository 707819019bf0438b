import type { PageId } from './claim-page.ts'
import type { Queryable } from './session.ts'

/** States of a page: `open` waits for a worker, `claimed` has one, `done` is stored, `failed` never will be. */
export type PageState = 'open' | 'claimed' | 'done' | 'failed'

export interface PageTotals {
  readonly open: number
  readonly claimed: number
  readonly done: number
  readonly failed: number
  /** Rows of the pages that are done. */
  readonly rowCount: number
  /** Sum of the row digests of the pages that are done, decimal text. */
  readonly digestSum: string
  readonly requestCount: number
}

/** Counts of the pages of one generation. */
export async function totalPages(
  database: Queryable,
  runId: string,
  generation: number,
): Promise<PageTotals> {
  const rows = await database.rows<{
    state: PageState
    pages: number
    rowCount: string
    digestSum: string
    requests: string
  }>(
    `SELECT state, COUNT(*) AS pages, CAST(COALESCE(SUM(row_count), 0) AS CHAR) AS rowCount,
            CAST(COALESCE(SUM(digest_sum), 0) AS CHAR) AS digestSum, CAST(COALESCE(SUM(request_count), 0) AS CHAR) AS requests
     FROM import_page WHERE run_id = ? AND generation = ? GROUP BY state`,
    [runId, generation],
  )
  const pages = (state: PageState) => rows.find((row) => row.state === state)?.pages ?? 0
  const done = rows.find((row) => row.state === 'done')
  return {
    open: pages('open'),
    claimed: pages('claimed'),
    done: pages('done'),
    failed: pages('failed'),
    rowCount: Number(done?.rowCount ?? 0),
    digestSum: done?.digestSum ?? '0',
    requestCount: rows.reduce((sum, row) => sum + Number(row.requests), 0),
  }
}

/** Requests that all generations of a run's pages made. */
export async function totalPageRequests(database: Queryable, runId: string): Promise<number> {
  const [row] = await database.rows<{ requests: string }>(
    'SELECT CAST(COALESCE(SUM(request_count), 0) AS CHAR) AS requests FROM import_page WHERE run_id = ?',
    [runId],
  )
  return Number(row?.requests ?? 0)
}

/** True while some page of the generation is neither done nor failed. */
export async function hasOpenPages(database: Queryable, runId: string, generation: number): Promise<boolean> {
  const rows = await database.rows(
    `SELECT 1 FROM import_page WHERE run_id = ? AND generation = ? AND state IN ('open', 'claimed') LIMIT 1`,
    [runId, generation],
  )
  return rows.length > 0
}

export interface PageRecord extends PageId {
  readonly state: PageState
  readonly rowOffset: number
  readonly plannedRows: number
  readonly enqueueNo: number
  readonly attemptCount: number
  readonly crashCount: number
  readonly claimedBy: string | null
  readonly rowCount: number | null
  readonly fetchMs: number | null
  readonly loadMs: number | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly changedAt: string
}

/** The columns of a {@link PageRecord}, for every statement that reads one. */
export const PAGE_COLUMNS = `run_id AS runId, generation, page_no AS pageNo, state, row_offset AS rowOffset, planned_rows AS plannedRows,
  enqueue_no AS enqueueNo, attempt_count AS attemptCount, crash_count AS crashCount, claimed_by AS claimedBy,
  row_count AS rowCount, fetch_ms AS fetchMs, load_ms AS loadMs, error_code AS errorCode, error_message AS errorMessage,
  changed_at AS changedAt`

/** All pages of one generation in order. */
export function listPages(database: Queryable, runId: string, generation: number): Promise<PageRecord[]> {
  return database.rows<PageRecord>(
    `SELECT ${PAGE_COLUMNS} FROM import_page WHERE run_id = ? AND generation = ? ORDER BY page_no`,
    [runId, generation],
  )
}

/** Failed pages of one generation, the first `limit`. */
export function listFailedPages(database: Queryable, runId: string, generation: number, limit: number) {
  return database.rows<PageRecord>(
    `SELECT ${PAGE_COLUMNS} FROM import_page WHERE run_id = ? AND generation = ? AND state = 'failed' ORDER BY page_no LIMIT ?`,
    [runId, generation, limit],
  )
}

/** Pages whose job may be lost: open longer than `openMs`, or claimed longer than `claimedMs`. */
export function listQuietPages(
  database: Queryable,
  page: Omit<PageId, 'pageNo'>,
  ages: { readonly openMs: number; readonly claimedMs: number },
): Promise<PageRecord[]> {
  return database.rows<PageRecord>(
    `SELECT ${PAGE_COLUMNS} FROM import_page
     WHERE run_id = ? AND generation = ?
       AND ((state = 'open' AND changed_at <= NOW(3) - INTERVAL ? MICROSECOND)
         OR (state = 'claimed' AND changed_at <= NOW(3) - INTERVAL ? MICROSECOND))
     ORDER BY page_no`,
    [page.runId, page.generation, ages.openMs * 1000, ages.claimedMs * 1000],
  )
}

/**
 * Raises the enqueue number of pages that nobody holds a live job for; a page that moved meanwhile is left alone.
 * @returns the pages of these that still wait, with their numbers now
 */
export async function renewEnqueueNumbers(
  database: Queryable,
  pages: readonly PageRecord[],
): Promise<PageRecord[]> {
  const renewed: PageRecord[] = []
  for (let start = 0; start < pages.length; start += PAGES_PER_UPDATE) {
    const batch = pages.slice(start, start + PAGES_PER_UPDATE)
    renewed.push(...(await renewBatch(database, batch)))
  }
  return renewed
}

const PAGES_PER_UPDATE = 500

async function renewBatch(database: Queryable, pages: readonly PageRecord[]): Promise<PageRecord[]> {
  const [first] = pages
  if (first === undefined) return []
  const numbers = pages.map((page) => [page.pageNo, page.enqueueNo])
  await database.write(
    `UPDATE import_page SET enqueue_no = enqueue_no + 1, changed_at = NOW(3)
     WHERE run_id = ? AND generation = ? AND (page_no, enqueue_no) IN (?) AND state IN ('open', 'claimed')`,
    [first.runId, first.generation, numbers],
  )
  const raised = pages.map((page) => [page.pageNo, page.enqueueNo + 1])
  return database.rows<PageRecord>(
    `SELECT ${PAGE_COLUMNS} FROM import_page
     WHERE run_id = ? AND generation = ? AND (page_no, enqueue_no) IN (?) AND state IN ('open', 'claimed') ORDER BY page_no`,
    [first.runId, first.generation, raised],
  )
}
