import { isFault, LIMITS, toFault } from '@gather/platform'
import { changedBetween, retryTransient, type Source } from '@gather/source'
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

const NO_TIME = '1970-01-01T00:00:00.000Z'

/** Why a mirror run would have to read everything: tries each kind of query that it compares by. */
async function findRefusal(source: Source, signal: AbortSignal): Promise<string | undefined> {
  try {
    await source.histogram({ bucketsMax: LIMITS.timesMax }, signal)
    await source.days(signal)
    await source.rowIds(changedBetween([{ from: NO_TIME, to: NO_TIME }]), signal)
    return undefined
  } catch (error) {
    if (isFault(error) && error.kind === 'terminal') return error.message
    throw error
  }
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
      const message = `${topic.name}: "${description.name}" at ${source.host} has ${rowCount} rows`
      const refusal = topic.incremental.strategy === 'mirror' ? await findRefusal(source, signal) : undefined
      return refusal === undefined
        ? { subject: 'portal', verdict: 'ok', message }
        : { subject: 'portal', verdict: 'warn', message: `${message}, but ${refusal}` }
    } finally {
      await source.close()
    }
  } catch (error) {
    return { subject: 'portal', verdict: 'fail', message: `${topic.name}: ${toFault(error).message}` }
  }
}
