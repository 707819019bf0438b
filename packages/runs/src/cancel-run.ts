import {
  endRun,
  findRun,
  isOpen,
  OPEN_RUN_STATES,
  type RunRecord,
  settleLockName,
  withNamedLock,
} from '@gather/ledger'
import { Fault } from '@gather/platform'
import { finishOrPostpone } from './finish-run.ts'
import { reportCancellation } from './report-end.ts'
import type { Services } from './services.ts'

const LOCK_WAIT_SECONDS = 10

/**
 * Stops a run that is not published yet: its jobs become no-ops, its staging goes, the target stays as it was. What can't be
 * finished now, the reconciler does.
 * @throws Fault `RUN_OVER` (terminal), or `RUN_PUBLISHING` (terminal): a settler is at it
 */
export async function cancelRun(services: Services, run: RunRecord): Promise<void> {
  if (!isOpen(run.state)) throw runOver(run)
  const lock = settleLockName(run.targetDb, run.targetTable)
  const end = { state: 'cancelled' as const, reasonCode: 'CANCELLED', reason: 'cancelled by hand' }
  const cancelled = await withNamedLock(services.database, lock, LOCK_WAIT_SECONDS, async (session) => {
    const current = await findRun(session, run.runId)
    if (current === undefined || (await services.store.hasSwapped(session, current))) return undefined
    const isEnded = await endRun(session, current, OPEN_RUN_STATES, end)
    return isEnded ? { ...current, ...end } : undefined
  })
  if (cancelled === undefined) {
    const now = await findRun(services.database, run.runId)
    throw now !== undefined && !isOpen(now.state) ? runOver(now) : publishing(run)
  }
  reportCancellation(services, cancelled)
  await finishOrPostpone(services, cancelled)
}

const runOver = (run: RunRecord): Fault =>
  new Fault({
    code: 'RUN_OVER',
    kind: 'terminal',
    message: `run ${run.runId} is over: it ${run.state === 'cancelled' ? 'was cancelled' : run.state}`,
  })

const publishing = (run: RunRecord): Fault =>
  new Fault({
    code: 'RUN_PUBLISHING',
    kind: 'terminal',
    message: `run ${run.runId} is just being verified or published; try again in a moment`,
  })
