import { findRun } from '@gather/ledger'
import { textAnswer } from '../answer.ts'
import type { StreamHandler } from '../handler.ts'
import { createRunSource } from '../live/run-source.ts'
import { RUN_ID } from './with-run.ts'

/** `/runs/:runId/events`: the page of a run as it changes, until the run is over. */
export const streamRun: StreamHandler = async (context, request) => {
  const runId = request.params.runId ?? ''
  if (!RUN_ID.test(runId)) return NO_SUCH_RUN
  const health = await context.readHealth()
  if (health.database.ok) {
    const run = await context.read('the database', findRun(context.services.database, runId))
    if (run.ok && run.value === undefined) return NO_SUCH_RUN
  }
  return createRunSource(context, runId)
}

const NO_SUCH_RUN = textAnswer(404, 'There is no such run.')
