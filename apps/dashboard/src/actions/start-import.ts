import { importTopic } from '@gather/runs'
import { loadTopic } from '@gather/topics'
import { textAnswer } from '../answer.ts'
import { showNotFound } from '../handlers/show-not-found.ts'
import { TOPIC_NAME, topicUrl } from '../topics/topic-url.ts'
import { act } from './act.ts'
import { readAllowance } from './read-allowance.ts'
import { requireRedis } from './require-redis.ts'
import type { ActionHandler } from './with-actions.ts'

/** POST `/topics/:topic/import`: `mode` is `incremental`, or `initialize` with `confirm`; `allow` as a refusal offered it. */
export const startImport: ActionHandler = async (context, { params, form }, actions) => {
  const name = params.topic ?? ''
  if (!TOPIC_NAME.test(name)) return showNotFound(context)
  const mode = form.get('mode')
  if (mode !== 'incremental' && mode !== 'initialize')
    return textAnswer(400, 'The form names no mode: incremental or initialize.')
  if (mode === 'initialize' && form.get('confirm') !== 'yes')
    return textAnswer(400, 'Importing everything replaces the table: it has to be confirmed.')
  return act(actions, {
    action: 'import',
    topic: name,
    otherwise: 'The import was not started',
    page: topicUrl(name),
    async work(signal) {
      await requireRedis(context)
      const { services } = actions
      const topic = loadTopic(name, services.config.topicsDir)
      const options = { initialize: mode === 'initialize', ...readAllowance(form) }
      return (await importTopic(services, topic, options, signal)).runId
    },
  })
}
