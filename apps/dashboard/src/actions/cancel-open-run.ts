import { cancelRun } from '@gather/runs'
import { withRun } from '../handlers/with-run.ts'
import { act } from './act.ts'
import type { ActionHandler } from './with-actions.ts'

/** POST `/runs/:runId/cancel`: stops a run that is not published yet, as `planner cancel` does. */
export const cancelOpenRun: ActionHandler = (context, request, actions) =>
  withRun((_context, { run }) =>
    act(actions, {
      action: 'cancel',
      topic: run.topic,
      runId: run.runId,
      otherwise: 'The run was not cancelled',
      page: `/runs/${run.runId}`,
      async work() {
        await cancelRun(actions.services, run)
        return run.runId
      },
    }),
  )(context, request)
