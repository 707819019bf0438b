import { LIMITS } from '@gather/platform'
import type { Database } from './database.ts'
import { findRun } from './read-runs.ts'
import type { RunRecord } from './run-record.ts'

/** Names one page of one generation of a run. */
export interface PageId {
  readonly runId: string
  readonly generation: number
  readonly pageNo: number
}

/** A page that this process may load until somebody claims it anew. */
export interface ClaimedPage extends PageId {
  readonly run: RunRecord
  /** The condition its rows are read under; null reads everything. */
  readonly rowFilter: string | null
  readonly rowOffset: number
  readonly plannedRows: number
  /** Rows of the run before this page. */
  readonly keyOffset: number
  /** Must still be the page's fence when its rows are stored. */
  readonly fence: number
  readonly attemptCount: number
  readonly crashCount: number
}

export interface PageClaim extends PageId {
  readonly enqueueNo: number
  /** Host and process, for people. */
  readonly claimedBy: string
  /** True where this very claim was tried before and its outcome was not heard of: it may be ours already, which is no crash. */
  readonly isRepeated?: boolean
}

/**
 * Claims a page: raises its fence, and counts a crash where the claim before had no outcome.
 * @returns undefined when there is nothing to do: page done or failed, run over, generation closed, job outdated
 */
export async function claimPage(database: Database, claim: PageClaim): Promise<ClaimedPage | undefined> {
  const { runId, generation, pageNo } = claim
  return database.transaction(async (session) => {
    const run = await findRun(session, runId)
    if (run?.state !== 'loading' || run.generation !== generation || run.movedReason !== null)
      return undefined
    const result = await session.write(
      `UPDATE import_page
       SET crash_count = crash_count + (state = 'claimed' AND NOT (? AND claimed_by = ?)), state = 'claimed', fence = fence + 1, claimed_by = ?, changed_at = NOW(3)
       WHERE run_id = ? AND generation = ? AND page_no = ? AND state IN ('open', 'claimed') AND enqueue_no <= ?`,
      [
        claim.isRepeated === true,
        claim.claimedBy,
        claim.claimedBy,
        runId,
        generation,
        pageNo,
        claim.enqueueNo,
      ],
    )
    if (result.affectedRows !== 1) return undefined
    const [page] = await session.rows<Omit<ClaimedPage, 'run' | keyof PageId>>(
      `SELECT COALESCE(row_filter, ?) AS rowFilter, row_offset AS rowOffset, planned_rows AS plannedRows,
              COALESCE(key_offset, row_offset) AS keyOffset, fence, attempt_count AS attemptCount, crash_count AS crashCount
       FROM import_page WHERE run_id = ? AND generation = ? AND page_no = ?`,
      [run.sourceFilter, runId, generation, pageNo],
    )
    return page && { runId, generation, pageNo, run, ...page }
  })
}

/** True when the page's claims ended without an outcome more often than is survived. */
export const isCrashLoop = (page: ClaimedPage): boolean => page.crashCount > LIMITS.crashesMax
