import { setTimeout as sleep } from 'node:timers/promises'
import type { PageTotals, RunRecord, Session } from '@gather/ledger'
import { Fault, phase } from '@gather/platform'
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
  const stored = await phase('settle.digest', () => services.store.digestStaging(session, topicOf(run), run))
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

/**
 * {@link verifyStaging} while the keys of staging are built on the settler's session: each of the two scans takes a core.
 * @throws Fault as {@link verifyStaging}; `DUPLICATE_ROWS` (terminal): row ids are not distinct
 */
export async function verifyAndIndexStaging(
  services: Services,
  session: Session,
  verification: Verification,
): Promise<TableDigest> {
  const { run } = verification
  const indexing = phase('settle.index', () => services.store.buildIndexes(session, topicOf(run), run))
  const digesting = services.database.withOwnSession(async (reader) => {
    await sleep(INDEX_START_MS)
    return verifyStaging(services, reader, verification)
  })
  // Whichever fails, the other one is waited for: it still uses the table.
  await Promise.allSettled([indexing, digesting])
  const stored = await digesting
  await indexing
  return stored
}

/** Building keys begins with a short exclusive lock, for which it would wait until a digest that came first is over. */
const INDEX_START_MS = 20

const unproven = (what: string, message: string): Fault =>
  new Fault({ code: `VERIFY_${what}`, kind: 'terminal', message })
