import { findRun } from '@gather/ledger'
import { cancelRun } from '@gather/runs'
import { showNotFound } from '../handlers/show-not-found.ts'
import { RUN_ID } from '../handlers/with-run.ts'
import { act } from './act.ts'
import type { ActionHandler } from './with-actions.ts'

/** POST `/runs/:runId/cancel`: stops a run that is not published yet, as `planner cancel` does. */
export const cancelOpenRun: ActionHandler = async (context, { params }, actions) => {
  const runId = params.runId ?? ''
  const { services } = actions
  const run = RUN_ID.test(runId) ? await findRun(services.database, runId) : undefined
  if (run === undefined) return showNotFound(context)
  return act(actions, {
    action: 'cancel',
    topic: run.topic,
    runId,
    otherwise: 'The run was not cancelled',
    page: `/runs/${runId}`,
    async work() {
      await cancelRun(services, run)
      return runId
    },
  })
}
