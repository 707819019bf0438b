import type { PageTotals, RunRecord, Session } from '@gather/ledger'
import { Fault } from '@gather/platform'
import type { TableDigest } from '@gather/store'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

export interface Verification {
  readonly run: RunRecord
  readonly totals: PageTotals
  readonly signal: AbortSignal
}

/** @throws Fault `VERIFY_ROWS` (terminal): the pages do not hold the planned rows */
export function verifyPages({ run, totals }: Verification): void {
  if (totals.rowCount !== run.plannedRows)
    throw unproven('ROWS', `the pages hold ${totals.rowCount} rows, planned were ${run.plannedRows}`)
}

/**
 * Proves that staging holds what the workers received: the digest computed by the database is the sum of theirs.
 * @throws Fault `VERIFY_ROWS`, `VERIFY_DIGEST` (terminal)
 */
export async function verifyStaging(
  services: Services,
  session: Session,
  { run, totals }: Verification,
): Promise<TableDigest> {
  const stored = await services.store.digestStaging(session, topicOf(run), run)
  if (stored.rowCount !== run.plannedRows)
    throw unproven('ROWS', `staging holds ${stored.rowCount} rows, planned were ${run.plannedRows}`)
  if (stored.digestSum !== totals.digestSum) {
    throw unproven(
      'DIGEST',
      `the digest of the rows stored is ${stored.digestSum}, that of the rows received ${totals.digestSum}`,
    )
  }
  return stored
}

const unproven = (what: string, message: string): Fault =>
  new Fault({ code: `VERIFY_${what}`, kind: 'terminal', message })
