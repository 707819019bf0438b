import { isOpen, type RunRecord } from '@gather/ledger'
import { Fault } from '@gather/platform'
import type { PlanOptions } from './plan-run.ts'

/** True for a run that {@link retryOptions} plans anew. */
export const isRetryable = (run: RunRecord): boolean =>
  !isOpen(run.state) && run.state !== 'succeeded' && run.strategy !== 'rollback'

/**
 * How a run that failed or was cancelled is planned anew: in the same mode, with pages of the same size.
 * @throws Fault `USAGE_RETRY` (terminal): it is not over, succeeded, or was a rollback
 */
export function retryOptions(run: RunRecord): Pick<PlanOptions, 'initialize' | 'pageRows'> {
  if (isOpen(run.state) || run.state === 'succeeded') throw nothingToRetry(run)
  if (run.strategy === 'rollback') throw isRollback(run)
  return { initialize: run.mode === 'initialize', pageRows: run.pageRows }
}

const isRollback = ({ runId, topic }: RunRecord): Fault =>
  new Fault({
    code: 'USAGE_RETRY',
    kind: 'terminal',
    message: `run ${runId} was a rollback; "planner rollback ${topic}" tries it again`,
  })

function nothingToRetry({ runId, state }: RunRecord): Fault {
  const now = state === 'succeeded' ? 'succeeded' : `is ${state}`
  const message = `run ${runId} ${now}; only failed and cancelled runs are planned anew`
  return new Fault({ code: 'USAGE_RETRY', kind: 'terminal', message })
}
