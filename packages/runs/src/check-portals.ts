import { toFault } from '@gather/platform'
import { retryTransient } from '@gather/source'
import { loadTopics, type Topic } from '@gather/topics'
import type { Check } from './doctor.ts'
import { checkFields } from './plan-faults.ts'
import { ASK_ATTEMPTS, type Services } from './services.ts'

/** The topic files, and for each topic whether its portal answers and has its fields. */
export async function checkPortals(
  services: Services,
  topicsDir: string | undefined,
  signal: AbortSignal,
): Promise<Check[]> {
  let topics: readonly Topic[]
  try {
    topics = [...loadTopics(topicsDir).values()]
  } catch (error) {
    return [{ subject: 'topics', verdict: 'fail', message: toFault(error).message }]
  }
  const files: Check = {
    subject: 'topics',
    verdict: 'ok',
    message: `${topics.length} topics: ${topics.map((topic) => topic.name).join(', ')}`,
  }
  const portals = await Promise.all(topics.map((topic) => checkPortal(services, topic, signal)))
  return [files, ...portals]
}

async function checkPortal(services: Services, topic: Topic, signal: AbortSignal): Promise<Check> {
  try {
    const source = services.openSource(topic)
    try {
      const description = await source.describe(signal)
      checkFields(topic, description)
      const { rowCount } = await retryTransient(() => source.count(undefined, signal), {
        attempts: ASK_ATTEMPTS,
        signal,
      })
      return {
        subject: 'portal',
        verdict: 'ok',
        message: `${topic.name}: "${description.name}" at ${source.host} has ${rowCount} rows`,
      }
    } finally {
      await source.close()
    }
  } catch (error) {
    return { subject: 'portal', verdict: 'fail', message: `${topic.name}: ${toFault(error).message}` }
  }
}
