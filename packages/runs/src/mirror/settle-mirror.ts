import {
  closeGeneration,
  endRun,
  findRun,
  moveRun,
  type RunRecord,
  type Session,
  saveReceipt,
} from '@gather/ledger'
import { Fault, faultPoint, isFault } from '@gather/platform'
import { retryTransient } from '@gather/source'
import type { TableDigest } from '@gather/store'
import { endedElsewhere } from '../ended-elsewhere.ts'
import { askAgain, findMove, hasRowBeyond } from '../find-move.ts'
import { finishRun } from '../finish-run.ts'
import { checkFields } from '../plan-faults.ts'
import { reportSuccess } from '../report-end.ts'
import { topicOf } from '../run-topic.ts'
import { ASK_ATTEMPTS, type Services } from '../services.ts'
import { type Verification, verifyPages, verifyStaging } from '../verify-staging.ts'
import { cannotCompare } from './cannot-compare.ts'
import { comparisonOf } from './mirror-comparison.ts'
import { proveMirror } from './prove-mirror.ts'
import { hasShape, readShape, type Shape } from './shape.ts'

/**
 * Settles a mirror run whose pages are all stored. The source is asked before the one transaction that merges, compares the target with
 * the source's counts by time, and ends the run: it commits as a whole, or leaves the run `settling` and the target as it was.
 * @returns false when source or target moved meanwhile; the generation is closed then
 * @throws Fault `VERIFY_*`, `DUPLICATE_ROWS` (terminal): the proof failed
 */
export async function settleMirror(
  services: Services,
  session: Session,
  verification: Verification,
): Promise<boolean> {
  const { run } = verification
  const { runId, generation } = run
  verifyPages(verification)
  // Asked first: of a source that moved, staging may hold a row twice.
  const shape = await askOrClose(services, session, verification)
  if (shape === undefined) return false
  const staged = await verifyStaging(services, session, verification)
  await services.store.buildRowIdKey(session, topicOf(run), run)
  try {
    await publish(services, session, { verification, staged, shape })
  } catch (error) {
    if (!isTargetMove(error)) throw error
    const reason = error.message
    await closeGeneration(session, { runId, generation, reason, nextStrategy: 'full' })
    return false
  }
  reportSuccess(services, run)
  const ended = await findRun(session, run.runId)
  if (ended !== undefined) await finishRun(services, ended)
  return true
}

/** The source's counts by time at the planned version, or how it moved. */
function askShape(services: Services, { run, signal }: Verification): Promise<Shape | string> {
  const topic = topicOf(run)
  const rowCount = comparisonOf(run).sourceRows
  const retry = { attempts: ASK_ATTEMPTS, signal }
  return askAgain(services, run, async (source) => {
    const isBeyond = await hasRowBeyond(source, { filter: null, rowCount }, signal)
    const description = await retryTransient(() => source.describe(signal), retry)
    checkFields(topic, description)
    const shape = await retryTransient(() => readShape(source, signal), retry)
    return findMove(run, rowCount, { description, count: shape, isBeyond }) ?? shape
  })
}

/** As {@link askShape}; a source that can't be compared any more is read whole by the next generation. */
async function askOrClose(
  services: Services,
  session: Session,
  verification: Verification,
): Promise<Shape | undefined> {
  const { runId, generation } = verification.run
  try {
    const shape = await askShape(services, verification)
    if (typeof shape !== 'string') return shape
    await closeGeneration(session, { runId, generation, reason: shape })
  } catch (error) {
    if (!cannotCompare(error)) throw error
    await closeGeneration(session, { runId, generation, reason: error.message, nextStrategy: 'full' })
  }
  return undefined
}

interface Publication {
  readonly verification: Verification
  readonly staged: TableDigest
  readonly shape: Shape
}

async function publish(
  services: Services,
  session: Session,
  { verification, staged, shape }: Publication,
): Promise<void> {
  const { run, totals } = verification
  const topic = topicOf(run)
  const comparison = comparisonOf(run)
  faultPoint('before_publish')
  await session.transaction(async () => {
    if (!(await moveRun(session, run, ['settling'], 'publishing'))) throw endedElsewhere(run)
    const { replacedDigestSum, ...merged } = await services.store.mirror(session, topic, run)
    faultPoint('mid_publish')
    const after = await services.store.digestTarget(session, topic)
    const digestSum = digestAfter(comparison.target, replacedDigestSum, staged)
    const isEqual =
      after.digestSum === digestSum &&
      (comparison.digestAfter ?? digestSum) === digestSum &&
      after.rowCount === shape.rowCount &&
      (await hasShape(services.store, session, topic, shape))
    if (!isEqual) throw targetMoved(run)
    const read = { rowCount: totals.rowCount, sentDigest: totals.digestSum, storedDigest: staged.digestSum }
    const proof = proveMirror({ comparison, merged, read, after })
    await saveReceipt(session, run.runId, JSON.stringify(proof))
    if (!(await endRun(session, run, ['publishing'], { state: 'succeeded' }))) throw endedElsewhere(run)
  })
}

/** What is there afterwards if nobody else touched the target since it was compared. */
const digestAfter = (before: TableDigest, replacedDigestSum: string, staged: TableDigest): string =>
  String(BigInt(before.digestSum) - BigInt(replacedDigestSum) + BigInt(staged.digestSum))

const targetMoved = (run: RunRecord): Fault =>
  new Fault({
    code: 'TARGET_MOVED',
    kind: 'moved',
    message: `the source stood still, but ${run.targetTable} was not equal to it after the merge`,
  })

/** A row that somebody added may also be in the way of ours. */
const isTargetMove = (error: unknown): error is Fault =>
  isFault(error) && (error.code === 'TARGET_MOVED' || error.code === 'DUPLICATE_ROWS')
