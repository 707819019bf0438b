import { closeGeneration, moveRun, type RunRecord, type Session, saveReceipt } from '@gather/ledger'
import type { TableDigest } from '@gather/store'
import { askAgain, findMove, hasRowBeyond } from './find-move.ts'
import { provenBaseline } from './mirror/baseline.ts'
import { askSource } from './plan-generation.ts'
import type { Proof } from './proof.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'
import { type Verification, verifyPages, verifyStaging } from './verify-staging.ts'

/**
 * Proves that staging holds what the source holds under the run's filter, at one version, and moves the run to `publishing`: every page
 * stored with its planned rows, the source counted again, the digest computed by the database equal to the workers', row ids distinct.
 * @returns false when the source moved meanwhile; the generation is closed then
 * @throws Fault `VERIFY_*`, `DUPLICATE_ROWS` (terminal): the proof failed
 */
export async function verifyRun(
  services: Services,
  session: Session,
  verification: Verification,
): Promise<boolean> {
  const { run, signal } = verification
  verifyPages(verification)
  const reason = await askAgain(services, run, async (source) => {
    const rowCount = run.plannedRows
    const isBeyond = await hasRowBeyond(source, { filter: run.sourceFilter, rowCount }, signal)
    // Asked last, so that nothing that changed meanwhile is missed.
    const asked = await askSource(source, topicOf(run), run.sourceFilter, signal)
    return findMove(run, rowCount, { ...asked, isBeyond })
  })
  if (reason !== undefined) {
    await closeGeneration(session, { runId: run.runId, generation: run.generation, reason })
    return false
  }
  const stored = await verifyStaging(services, session, verification)
  if (run.strategy === 'full') await services.store.buildIndexes(session, topicOf(run), run)
  else await services.store.buildRowIdKey(session, topicOf(run), run)
  const proof = prove(run, verification, stored)
  await saveReceipt(session, run.runId, JSON.stringify(proof))
  return moveRun(session, run, ['settling'], 'publishing')
}

const CURSOR_LIMITS =
  'rows that arrived late, were edited or deleted behind the cursor, or have no value in its column'

function prove(run: RunRecord, { totals }: Verification, stored: TableDigest): Proof {
  const counts = {
    source: run.plannedRows,
    stored: stored.rowCount,
    read: totals.rowCount,
    inserted: run.plannedRows,
    updated: 0,
    deleted: run.rowsBefore,
    unchanged: 0,
    rejected: 0,
    before: run.rowsBefore,
    after: stored.rowCount,
  }
  const digest = { source: totals.digestSum, stored: stored.digestSum }
  return run.strategy === 'full'
    ? { counts, digest, baseline: provenBaseline(stored) }
    : { counts, digest, notProven: CURSOR_LIMITS }
}
