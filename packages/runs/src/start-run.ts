import { findRun } from '@gather/ledger'
import { faultPoint, phase } from '@gather/platform'
import { beginLoading } from './begin-loading.ts'
import { finishOrPostpone } from './finish-run.ts'
import { type RunPlan, recordPlan } from './plan-run.ts'
import type { Services } from './services.ts'

/**
 * Records a planned run and begins it; one that has nothing to do is over with that.
 * @throws Fault as {@link recordPlan} and {@link beginLoading}; from the latter the run is recorded, and goes on by itself
 */
export async function startRun(services: Services, plan: RunPlan): Promise<void> {
  const { runId } = await phase('plan.record', () => recordPlan(services, plan))
  if (!plan.isUnchanged) return beginLoading(services, runId)
  faultPoint('after_plan')
  const run = await findRun(services.database, runId)
  if (run !== undefined) await finishOrPostpone(services, run)
}
