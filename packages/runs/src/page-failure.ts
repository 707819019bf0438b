import { listFailedPages, type Queryable, type RunRecord } from '@gather/ledger'
import { Fault } from '@gather/platform'

/** The fault of a run whose page failed: that page's own code and sentence. */
export async function pageFailure(database: Queryable, run: RunRecord): Promise<Fault> {
  const [page] = await listFailedPages(database, run.runId, run.generation, 1)
  const code = page?.errorCode ?? 'PAGE_FAILED'
  const attempts = page && page.attemptCount > 1 ? ` after ${page.attemptCount} attempts` : ''
  const message = `page ${page?.pageNo} (rows from ${page?.rowOffset}) failed${attempts}: ${page?.errorMessage ?? 'unknown reason'}`
  return new Fault({ code, kind: 'terminal', message })
}
