import { listSchedules, type ScheduleRecord } from '@gather/ledger'
import { toFault } from '@gather/platform'
import { openQueueOrFail, queuePrefix } from '@gather/queue'
import { loadTopics } from '@gather/topics'
import type { Check } from './doctor.ts'
import { isKept } from './schedule/reconcile-schedules.ts'
import type { Services } from './services.ts'

const PROBE_MS = 5_000

/** The schedules: their topics are there, a listener is there to keep them, and Redis knows them. What else is wrong, others say. */
export async function checkSchedules(services: Services, topicsDir: string | undefined): Promise<Check[]> {
  const schedules = await listSchedules(services.database).catch(() => [])
  if (schedules.length === 0) return []
  return [...checkTopics(schedules, topicsDir), ...(await checkKeeping(services, schedules))]
}

const check = (verdict: Check['verdict'], message: string): Check => ({
  subject: 'schedule',
  verdict,
  message,
})

function checkTopics(schedules: readonly ScheduleRecord[], topicsDir: string | undefined): Check[] {
  try {
    const topics = loadTopics(topicsDir)
    return schedules
      .filter(({ topic }) => !topics.has(topic))
      .map(({ topic }) =>
        check('fail', `${topic}: there is no such topic any more ("planner unschedule ${topic}")`),
      )
  } catch {
    return []
  }
}

async function checkKeeping(services: Services, schedules: readonly ScheduleRecord[]): Promise<Check[]> {
  try {
    const { listenerCount, table } = await probeSchedulers(services)
    if (listenerCount === 0)
      return [check('fail', `no listener is connected: ${schedules.length} schedules wait for one`)]
    const missing = schedules.filter((schedule) => !isKept(schedule, table))
    if (missing.length === 0) return [check('ok', `${schedules.length} schedules are kept`)]
    const names = missing.map(({ topic }) => topic).join(', ')
    return [
      check(
        'warn',
        `Redis does not know the schedules of ${names}; a listener tells it every few seconds: see its log`,
      ),
    ]
  } catch (error) {
    return [check('fail', `the schedules can't be looked at: ${toFault(error).message}`)]
  }
}

async function probeSchedulers({ config, database }: Services) {
  const queue = await openQueueOrFail(config.redisUrl, queuePrefix(database.schema), PROBE_MS)
  try {
    const [listenerCount, table] = await Promise.all([
      queue.occurrences.countListeners(),
      queue.occurrences.read(new Date()),
    ])
    return { listenerCount, table }
  } finally {
    await queue.close()
  }
}
