import { importTopic, retryOptions } from '@gather/runs'
import { loadTopic } from '@gather/topics'
import { withRun } from '../handlers/with-run.ts'
import { act } from './act.ts'
import { readAllowance } from './read-allowance.ts'
import { requireRedis } from './require-redis.ts'
import type { ActionHandler } from './with-actions.ts'

/** POST `/runs/:runId/retry`: plans a run that failed or was cancelled anew, as `planner retry` does. */
export const retryRun: ActionHandler = (context, request, actions) =>
  withRun((_context, { run }, { form }) =>
    act(actions, {
      action: 'retry',
      topic: run.topic,
      runId: run.runId,
      otherwise: 'The run was not planned anew',
      page: `/runs/${run.runId}`,
      async work(signal) {
        const { services } = actions
        const options = { ...retryOptions(run), ...readAllowance(form) }
        await requireRedis(context)
        const topic = loadTopic(run.topic, services.config.topicsDir)
        return (await importTopic(services, topic, options, signal)).runId
      },
    }),
  )(context, request)
