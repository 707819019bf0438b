import { findRun } from '@gather/ledger'
import { importTopic, retryOptions } from '@gather/runs'
import { loadTopic } from '@gather/topics'
import { showNotFound } from '../handlers/show-not-found.ts'
import { RUN_ID } from '../handlers/with-run.ts'
import { act } from './act.ts'
import { readAllowance } from './read-allowance.ts'
import { requireRedis } from './require-redis.ts'
import type { ActionHandler } from './with-actions.ts'

/** POST `/runs/:runId/retry`: plans a run that failed or was cancelled anew, as `planner retry` does. */
export const retryRun: ActionHandler = async (context, { params, form }, actions) => {
  const runId = params.runId ?? ''
  const { services } = actions
  const run = RUN_ID.test(runId) ? await findRun(services.database, runId) : undefined
  if (run === undefined) return showNotFound(context)
  return act(actions, {
    action: 'retry',
    topic: run.topic,
    runId,
    otherwise: 'The run was not planned anew',
    page: `/runs/${runId}`,
    async work(signal) {
      const options = { ...retryOptions(run), ...readAllowance(form) }
      await requireRedis(context)
      const topic = loadTopic(run.topic, services.config.topicsDir)
      return (await importTopic(services, topic, options, signal)).runId
    },
  })
}
