import {
  findRun,
  isOpen,
  moveRun,
  OPEN_RUN_STATES,
  type RunRecord,
  type Session,
  settleLockName,
  totalPages,
  withNamedLock,
} from '@gather/ledger'
import { Fault, faultPoint, isFault, LIMITS, phase } from '@gather/platform'
import { failRun, finishRun } from './finish-run.ts'
import { settleMirror } from './mirror/settle-mirror.ts'
import { pageFailure } from './page-failure.ts'
import { publishRun } from './publish-run.ts'
import { replanRun } from './replan-run.ts'
import type { Services } from './services.ts'
import { verifyRun } from './verify-run.ts'

/**
 * Brings a run as far as it can go: fails it where a page failed, plans its next generation where the source moved, verifies
 * and publishes it once every page is stored, and finishes what an ended run still lacks. There is one settler per target:
 * another one at work makes this do nothing. Safe to call at any time, by anyone, twice.
 * @returns what this call did: ended the run or planned its next generation, finished an ended one, or nothing
 * @throws Fault: transient or unavailable; the run stays as it is and is settled again
 */
export async function settleRun(
  services: Services,
  runId: string,
  signal: AbortSignal,
): Promise<'advanced' | 'finished' | 'nothing'> {
  const named = await findRun(services.database, runId)
  if (named === undefined) return 'nothing'
  const lock = settleLockName(named.targetDb, named.targetTable)
  const done = await withNamedLock(services.database, lock, 0, async (session) => {
    const run = await findRun(session, runId)
    if (run === undefined) return 'nothing'
    if (!isOpen(run.state)) {
      await finishRun(services, run)
      return 'finished'
    }
    faultPoint('before_settle')
    const hasAdvanced = await phase('settle', () => advance(services, session, run, signal))
    return hasAdvanced ? 'advanced' : 'nothing'
  })
  return done ?? 'nothing'
}

/** @returns false where it is not time yet */
async function advance(
  services: Services,
  session: Session,
  run: RunRecord,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    if (run.ageMs > LIMITS.runDeadlineMs && !(await services.store.hasSwapped(session, run)))
      throw overdue(run)
    if (run.state === 'planned') return false
    if (run.state === 'publishing') {
      await publishRun(services, session, run)
      return true
    }
    if (run.movedReason !== null) {
      await replanRun(services, run, signal)
      return true
    }
    const totals = await totalPages(session, run.runId, run.generation)
    if (totals.failed > 0) throw await pageFailure(session, run)
    if (totals.open + totals.claimed > 0) return false
    await moveRun(session, run, ['loading'], 'settling')
    const isSettled =
      run.strategy === 'mirror'
        ? await settleMirror(services, session, { run, totals, signal })
        : await verifyRun(services, session, { run, totals, signal })
    const next = await findRun(session, run.runId)
    if (next === undefined) return false
    if (isSettled) await publishRun(services, session, next)
    else await replanRun(services, next, signal)
    return true
  } catch (error) {
    if (!isFault(error) || error.kind !== 'terminal') throw error
    if (await services.store.hasSwapped(session, run)) throw error
    await failRun(services, session, { run, from: OPEN_RUN_STATES, fault: error })
    return true
  }
}

const overdue = (run: RunRecord): Fault =>
  new Fault({
    code: 'RUN_OVERDUE',
    kind: 'terminal',
    message: `the run was not over after ${Math.round(LIMITS.runDeadlineMs / 3_600_000)} hours (it was ${run.state})`,
  })
