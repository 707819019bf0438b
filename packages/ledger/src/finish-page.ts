import { Fault, isFault } from '@gather/platform'
import type { ClaimedPage } from './claim-page.ts'
import type { Queryable, Session } from './session.ts'

export interface PageResult {
  readonly rowCount: number
  /** Sum of the rows' CRC32, decimal text. */
  readonly digestSum: string
  readonly bodyBytes: number
  readonly fetchMs: number
  readonly loadMs: number
}

/**
 * Locks the page's row until the transaction of `session` ends and checks that the claim still holds.
 * @throws Fault `PAGE_LOCKED` (unavailable): another writer is at it; `PAGE_FENCED` (interrupted): a newer claim owns it, or it is over
 */
export async function lockPage(session: Session, page: ClaimedPage): Promise<void> {
  const [row] = await session
    .rows<{ fence: number; state: string }>(
      `SELECT fence, state FROM import_page WHERE run_id = ? AND generation = ? AND page_no = ? FOR UPDATE NOWAIT`,
      [page.runId, page.generation, page.pageNo],
    )
    .catch((error: unknown) => {
      throw isFault(error) && error.code === 'DATABASE_LOCK_WAIT' ? busyPage(page, error) : error
    })
  if (row?.state !== 'claimed' || row.fence !== page.fence) {
    const message = `page ${page.pageNo} of run ${page.runId} is owned by a newer claim`
    throw new Fault({ code: 'PAGE_FENCED', kind: 'interrupted', message })
  }
}

function busyPage(page: ClaimedPage, cause: Fault): Fault {
  const message = `page ${page.pageNo} of run ${page.runId} is being stored by another worker`
  return new Fault({ code: 'PAGE_LOCKED', kind: 'unavailable', message, cause })
}

/** Marks a locked page done; commits or vanishes with its rows. */
export async function markPageDone(session: Session, page: ClaimedPage, result: PageResult): Promise<void> {
  await session.write(
    `UPDATE import_page
     SET state = 'done', row_count = ?, digest_sum = ?, body_bytes = ?, fetch_ms = ?, load_ms = ?,
         request_count = request_count + 1, error_code = NULL, error_message = NULL, changed_at = NOW(3)
     WHERE run_id = ? AND generation = ? AND page_no = ? AND fence = ?`,
    [
      result.rowCount,
      result.digestSum,
      result.bodyBytes,
      result.fetchMs,
      result.loadMs,
      page.runId,
      page.generation,
      page.pageNo,
      page.fence,
    ],
  )
}

/** What became of a claim that stored nothing. */
export interface PageRelease {
  readonly state: 'open' | 'failed'
  /** True where the claim costs one of the page's attempts. */
  readonly countsAttempt: boolean
  readonly requestCount: number
  readonly fault?: Fault
}

/** Ends a claim that stored nothing; does nothing when a newer claim owns the page. */
export async function releasePage(
  database: Queryable,
  page: ClaimedPage,
  release: PageRelease,
): Promise<void> {
  await database.write(
    `UPDATE import_page
     SET state = ?, attempt_count = attempt_count + ?, request_count = request_count + ?, error_code = ?, error_message = ?,
         changed_at = NOW(3)
     WHERE run_id = ? AND generation = ? AND page_no = ? AND fence = ? AND state = 'claimed'`,
    [
      release.state,
      release.countsAttempt ? 1 : 0,
      release.requestCount,
      release.fault?.code ?? null,
      release.fault?.message.slice(0, 2000) ?? null,
      page.runId,
      page.generation,
      page.pageNo,
      page.fence,
    ],
  )
}
