import { findLastSuccess, findOpenRun, findSchedule } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { Topic } from '@gather/topics'
import { htmlAnswer } from '../answer.ts'
import type { DashboardContext } from '../dashboard-context.ts'
import type { Handler } from '../handler.ts'
import { importForms } from '../pages/action-forms.ts'
import type { ShownChart } from '../pages/chart-section.ts'
import { html } from '../pages/html.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { topicPage } from '../pages/topic-page.ts'
import { LAST_RUNS_MAX, SUCCESSES_MAX } from '../pages/topic-runs-sections.ts'
import { readTopicFiles } from '../topics/read-topic-files.ts'
import { readTopicRuns } from '../topics/read-topic-runs.ts'
import { withNextTime } from '../topics/topic-schedule.ts'
import { TOPIC_NAME } from '../topics/topic-url.ts'
import { showNotFound } from './show-not-found.ts'

const SCRIPTS = ['chart.js', 'topic-charts.js']
/** A page whose charts are being counted looks again after this time: with forms only by its script, which knows of one that was sent. */
const COUNTING_SECONDS = 2
const LIMITS = { last: LAST_RUNS_MAX, successes: SUCCESSES_MAX }

/** `/topics/:topic`: freshness, charts and last runs of a topic. */
export const showTopic: Handler = async (context, request) => {
  const name = request.params.topic ?? ''
  if (!TOPIC_NAME.test(name)) return showNotFound(context)
  const topic = readTopic(context, name)
  const probed = await context.readHealth()
  const facts = probed.database.ok
    ? await context.read('the database', readFacts(context, name, topic))
    : probed.database
  const layout = { title: `Topic ${name}`, assets: context.assets }
  if (!facts.ok)
    return htmlAnswer(
      503,
      pageLayout({ ...layout, health: { ...probed, database: facts }, content: html`<h1>${name}</h1>` }),
    )
  const { runs, target, schedule } = facts.value
  const isKnown = !topic.ok || topic.value !== undefined || runs.last.length > 0 || schedule !== undefined
  if (!isKnown) return showNotFound(context)
  const refusal = context.actions?.refusals.find(request.query.get('refusal'))
  const refusedCode = refusal?.code ?? runs.last[0]?.reasonCode ?? undefined
  const forms =
    target && context.actions && importForms({ topic: name, openRun: target.openRun, refusedCode })
  const charts = target?.charts ?? []
  const isCounting = charts.some(({ look }) => look.state === 'counting')
  const page = pageLayout({
    ...layout,
    health: probed,
    scripts: SCRIPTS,
    refreshSeconds: isCounting && forms === undefined ? COUNTING_SECONDS : 0,
    content: topicPage({ name, topic, runs, schedule, charts, refusal, forms }),
  })
  return htmlAnswer(probed.redis.ok ? 200 : 503, page)
}

function readTopic({ services }: DashboardContext, name: string): Reading<Topic | undefined> {
  const files = readTopicFiles(services.config.topicsDir)
  return files.ok ? { ok: true, value: files.value.get(name) } : files
}

async function readFacts(context: DashboardContext, name: string, topic: Reading<Topic | undefined>) {
  const { database } = context.services
  const [runs, schedule, target] = await Promise.all([
    readTopicRuns(database, name, LIMITS),
    findSchedule(database, name),
    topic.ok && topic.value !== undefined ? readTarget(context, topic.value) : undefined,
  ])
  return { runs, target, schedule: schedule && withNextTime(schedule) }
}

/** What fills the table of a topic, and what is in it; another topic may fill it too. */
async function readTarget({ services: { database }, charts }: DashboardContext, topic: Topic) {
  const { table } = topic.target
  const [openRun, success] = await Promise.all([
    findOpenRun(database, database.schema, table),
    findLastSuccess(database, database.schema, table),
  ])
  const shown = topic.charts.map(
    async (chart): Promise<ShownChart> => ({
      chart,
      look: await charts.look({ topic, chart, runId: success?.runId }),
    }),
  )
  return { openRun, charts: await Promise.all(shown) }
}
