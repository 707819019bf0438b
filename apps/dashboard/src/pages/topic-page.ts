import type { Reading } from '@gather/platform'
import type { Topic } from '@gather/topics'
import type { Refusal } from '../actions/refusals.ts'
import type { TopicRuns } from '../topics/read-topic-runs.ts'
import type { TopicSchedule } from '../topics/topic-schedule.ts'
import { refusalNotice } from './action-forms.ts'
import { chartSection, type ShownChart } from './chart-section.ts'
import { freshnessSection } from './freshness-section.ts'
import { type Html, html } from './html.ts'
import { lastRunsSection, rowCountSection } from './topic-runs-sections.ts'

export interface TopicPage {
  readonly name: string
  /** As its file has it now; undefined where no file defines it, or none can be read. */
  readonly topic: Reading<Topic | undefined>
  readonly runs: TopicRuns
  readonly schedule: TopicSchedule | undefined
  readonly charts: readonly ShownChart[]
  readonly refusal: Refusal | undefined
  /** Forms, where things may be changed. */
  readonly forms: Html | undefined
}

/** One topic: how fresh its table is, what it shows, how its imports went. */
export function topicPage({ name, topic, runs, schedule, charts, refusal, forms }: TopicPage): Html {
  const definition = topic.ok ? topic.value : undefined
  return html`<p class="hint"><a href="/topics">Topics</a></p>
<h1>${name}</h1>
${refusal && refusalNotice(refusal)}
${fileProblem(name, topic)}
${freshnessSection(definition, runs, schedule)}
${forms}
${definition && charts.map((chart, index) => chartSection(definition, chart, index))}
${rowCountSection(runs.successes)}
${lastRunsSection(name, runs.last)}`
}

function fileProblem(name: string, topic: Reading<Topic | undefined>): Html | undefined {
  if (!topic.ok)
    return html`<div class="notice" role="alert"><p><strong>The topic files can't be read.</strong></p><p>${topic.problem}</p></div>`
  if (topic.value !== undefined) return undefined
  return html`<p class="note">No topic file that the dashboard reads defines ${name}: it shows what the ledger knows. TOPICS_DIR names the folder of your own topic files.</p>`
}
