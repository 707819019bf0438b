import { closeGeneration, moveRun, type RunRecord, type Session, saveReceipt } from '@gather/ledger'
import { phase } from '@gather/platform'
import type { TableDigest } from '@gather/store'
import { askAgain, findMove, hasRowBeyond } from './find-move.ts'
import { provenBaseline } from './mirror/baseline.ts'
import { countSource, describeSource } from './plan-generation.ts'
import type { Proof } from './proof.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'
import { type Verification, verifyAndIndexStaging, verifyPages, verifyStaging } from './verify-staging.ts'

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
  const { run } = verification
  verifyPages(verification)
  const asking = phase('settle.ask', () => findMoveOf(services, verification))
  const prove = () => proveStaging(services, session, verification)
  // Where settling failed before, it may be the source that is away: no scan before it has answered.
  const proving = run.state === 'settling' ? asking.then(prove) : prove()
  await Promise.allSettled([asking, proving])
  const reason = await asking
  if (reason !== undefined) {
    await closeGeneration(session, { runId: run.runId, generation: run.generation, reason })
    return false
  }
  const stored = await proving
  const proof = proofOf(run, verification, stored)
  return phase('settle.ledger', async () => {
    await saveReceipt(session, run.runId, JSON.stringify(proof))
    return moveRun(session, run, ['settling'], 'publishing')
  })
}

function findMoveOf(services: Services, { run, signal }: Verification): Promise<string | undefined> {
  return askAgain(services, run, async (source) => {
    const rowCount = run.plannedRows
    const looking = hasRowBeyond(source, { filter: run.sourceFilter, rowCount }, signal)
    const describing = describeSource(source, topicOf(run), signal)
    await Promise.allSettled([looking, describing])
    const [isBeyond, description] = [await looking, await describing]
    // Asked last, so that nothing that changed meanwhile is missed.
    const count = await countSource(source, run.sourceFilter, signal)
    return findMove(run, rowCount, { description, count, isBeyond })
  })
}

async function proveStaging(
  services: Services,
  session: Session,
  verification: Verification,
): Promise<TableDigest> {
  const { run } = verification
  if (run.strategy === 'full') return verifyAndIndexStaging(services, session, verification)
  const stored = await verifyStaging(services, session, verification)
  await services.store.buildRowIdKey(session, topicOf(run), run)
  return stored
}

const CURSOR_LIMITS =
  'rows that arrived late, were edited or deleted behind the cursor, or have no value in its column'

function proofOf(run: RunRecord, { totals }: Verification, stored: TableDigest): Proof {
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
