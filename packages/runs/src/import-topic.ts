import { findRun } from '@gather/ledger'
import { Fault, phase, toFault } from '@gather/platform'
import type { Topic } from '@gather/topics'
import { type PlanOptions, planRun, type RunPlan } from './plan-run.ts'
import type { Services } from './services.ts'
import { startRun } from './start-run.ts'

/**
 * Plans a run of a topic and starts it.
 * @param signal - ends the planning, not what is recorded already
 * @throws Fault as {@link planRun} and {@link startRun}; where its sentence says that the run is recorded, the listener goes on with it
 */
export async function importTopic(
  services: Services,
  topic: Topic,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<RunPlan> {
  return phase('plan', async () => {
    const plan = await planRun(services, topic, options, signal)
    await startRun(services, plan).catch(async (error: unknown) => {
      const isRecorded = (await findRun(services.database, plan.runId).catch(() => undefined)) !== undefined
      throw isRecorded ? interruptedStart(plan.runId, toFault(error)) : error
    })
    return plan
  })
}

/** What went away meanwhile costs only time: the listener goes on with what is recorded. */
function interruptedStart(runId: string, fault: Fault): Fault {
  if (fault.kind !== 'unavailable' && fault.kind !== 'transient') return fault
  const message = `${fault.message}; run ${runId} is recorded and goes on by itself: see "planner show ${runId}"`
  return new Fault({
    code: fault.code,
    kind: fault.kind,
    message,
    context: { recordedRun: runId },
    cause: fault,
  })
}
