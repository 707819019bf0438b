import { listRunTopics, listSchedules } from '@gather/ledger'
import type { Topic } from '@gather/topics'
import { htmlAnswer } from '../answer.ts'
import type { DashboardContext } from '../dashboard-context.ts'
import type { Handler } from '../handler.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { type ListedTopic, topicsPage } from '../pages/topics-page.ts'
import { readTopicFiles } from '../topics/read-topic-files.ts'
import { readTopicRuns } from '../topics/read-topic-runs.ts'
import { withNextTime } from '../topics/topic-schedule.ts'

/** `/topics`: the topics of the files and of the ledger. */
export const showTopics: Handler = async (context) => {
  const { services, assets } = context
  const files = readTopicFiles(services.config.topicsDir)
  const probed = await context.readHealth()
  const known = files.ok ? files.value : new Map<string, Topic>()
  const listed = probed.database.ok
    ? await context.read('the database', listTopics(context, known))
    : probed.database
  const health = listed.ok ? probed : { ...probed, database: listed }
  const topics = listed.ok ? listed.value : []
  const page = pageLayout({ title: 'Topics', assets, health, content: topicsPage({ topics, files }) })
  return htmlAnswer(health.database.ok && health.redis.ok ? 200 : 503, page)
}

async function listTopics(
  { services: { database } }: DashboardContext,
  known: ReadonlyMap<string, Topic>,
): Promise<ListedTopic[]> {
  const [ledgerTopics, schedules] = await Promise.all([listRunTopics(database), listSchedules(database)])
  const scheduled = new Map(schedules.map((schedule) => [schedule.topic, withNextTime(schedule)]))
  const names = new Set([...known.keys(), ...ledgerTopics, ...scheduled.keys()])
  return Promise.all(
    [...names].sort().map(async (name) => {
      const { last, successes } = await readTopicRuns(database, name, { last: 1, successes: 1 })
      return {
        name,
        topic: known.get(name),
        lastRun: last[0],
        lastSuccess: successes[0],
        schedule: scheduled.get(name),
      }
    }),
  )
}
