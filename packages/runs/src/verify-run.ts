import {
  addRequests,
  closeGeneration,
  moveRun,
  type PageTotals,
  type RunRecord,
  type Session,
  saveReceipt,
} from '@gather/ledger'
import { Fault } from '@gather/platform'
import { retryTransient, type Source } from '@gather/source'
import { ASK_ATTEMPTS, askSource } from './plan-run.ts'
import type { Proof } from './receipt.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

export interface Verification {
  readonly run: RunRecord
  readonly totals: PageTotals
  readonly signal: AbortSignal
}

/**
 * Proves that staging holds what the source holds, at one version, and moves the run to `publishing`: every page stored with
 * its planned rows, the source counted again, the digest computed by the database equal to the workers', row ids distinct.
 * @returns false when the source moved meanwhile; the generation is closed then
 * @throws Fault `VERIFY_*`, `DUPLICATE_ROWS` (terminal): the proof failed
 */
export async function verifyRun(
  services: Services,
  session: Session,
  verification: Verification,
): Promise<boolean> {
  const { run, totals, signal } = verification
  if (totals.rowCount !== run.plannedRows)
    throw unproven('ROWS', `the pages hold ${totals.rowCount} rows, planned were ${run.plannedRows}`)
  const moved = await findMove(services, run, signal)
  if (moved !== undefined) {
    await closeGeneration(session, run.runId, run.generation, moved)
    return false
  }
  const topic = topicOf(run)
  const stored = await services.store.digestStaging(session, topic, run)
  if (stored.rowCount !== run.plannedRows)
    throw unproven('ROWS', `staging holds ${stored.rowCount} rows, planned were ${run.plannedRows}`)
  if (stored.digestSum !== totals.digestSum) {
    throw unproven(
      'DIGEST',
      `the digest of the rows stored is ${stored.digestSum}, that of the rows received ${totals.digestSum}`,
    )
  }
  await services.store.buildIndexes(session, topic, run)
  const proof: Proof = {
    counts: {
      source: run.plannedRows,
      stored: stored.rowCount,
      read: totals.rowCount,
      inserted: run.plannedRows,
      updated: 0,
      deleted: run.strategy === 'full' ? run.rowsBefore : 0,
      rejected: 0,
    },
    digest: { source: totals.digestSum, stored: stored.digestSum },
  }
  await saveReceipt(session, run.runId, JSON.stringify(proof))
  return moveRun(session, run, ['settling'], 'publishing')
}

/** How the source differs from what was planned, asked anew; undefined when it does not. */
async function findMove(
  services: Services,
  run: RunRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  const topic = topicOf(run)
  const source = services.openSource(topic)
  try {
    const isBeyond = await hasRowBeyond(source, run, signal)
    // Asked last, so that nothing that changed meanwhile is missed.
    const { description, count } = await askSource(source, topic, run.sourceFilter, signal)
    if (description.fingerprint !== run.sourceFingerprint)
      return "the data set's columns changed while it was read"
    if (count.rowCount !== run.plannedRows)
      return `the source counts ${count.rowCount} rows now, planned were ${run.plannedRows}`
    if (count.version.kind !== run.versionKind || count.version.value !== run.sourceVersion) {
      return `the source is at version ${count.version.value} now, planned was ${run.sourceVersion}`
    }
    return isBeyond ? `the source holds more rows than the ${count.rowCount} that it counts` : undefined
  } finally {
    await addRequests(services.database, run.runId, source.requestCount)
    await source.close()
  }
}

/** A count may be wrong each time it is asked for; a row behind the last one that was read shows it. */
async function hasRowBeyond(source: Source, run: RunRecord, signal: AbortSignal): Promise<boolean> {
  const request = { columns: [], filter: run.sourceFilter ?? undefined, offset: run.plannedRows, limit: 1 }
  const page = await retryTransient(() => source.fetchPage(request, signal), {
    attempts: ASK_ATTEMPTS,
    signal,
  })
  return page.rows.length > 0
}

const unproven = (what: string, message: string): Fault =>
  new Fault({ code: `VERIFY_${what}`, kind: 'terminal', message })
