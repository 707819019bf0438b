import type { Reading } from '@gather/platform'
import type { Topic } from '@gather/topics'
import { endAgeMs } from '../topics/freshness.ts'
import { rowsAfter, type TopicRun } from '../topics/topic-run.ts'
import type { TopicSchedule } from '../topics/topic-schedule.ts'
import { topicUrl } from '../topics/topic-url.ts'
import { formatAge, formatCount } from './figures.ts'
import { type Html, html } from './html.ts'
import { stateBadge, timeElement } from './run-row.ts'
import { scheduleText } from './schedule-text.ts'
import { problemNotice } from './service-line.ts'

export interface ListedTopic {
  readonly name: string
  /** Undefined where only the ledger knows it. */
  readonly topic: Topic | undefined
  readonly lastRun: TopicRun | undefined
  readonly lastSuccess: TopicRun | undefined
  readonly schedule: TopicSchedule | undefined
}

export interface TopicsPage {
  readonly topics: readonly ListedTopic[]
  /** Whether the topic files could be read. */
  readonly files: Reading<unknown>
}

/** The list of topics: those of the files and those of the ledger. */
export function topicsPage({ topics, files }: TopicsPage): Html {
  return html`<h1>Topics</h1>
${!files.ok && problemNotice("The topic files can't be read: only topics with runs are listed.", files.problem)}
${topics.length > 0 && topicsTable(topics)}`
}

const topicsTable = (topics: readonly ListedTopic[]): Html =>
  html`<section><div class="scroll" role="region" aria-label="Topics" tabindex="0"><table>
<caption>${topics.length === 1 ? 'One topic' : `${topics.length} topics`}, by name. Times are UTC.</caption>
<thead><tr>${['Topic', 'Rows', 'Last success', 'Last run', 'Schedule', 'Source', 'Strategy'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${topics.map(topicRow)}</tbody></table></div></section>`

function topicRow({ name, topic, lastRun, lastSuccess, schedule }: ListedTopic): Html {
  return html`<tr><th scope="row"><a href="${topicUrl(name)}">${name}</a></th>
<td class="figure">${lastSuccess && formatCount(rowsAfter(lastSuccess) ?? 0)}</td>
<td class="figure">${lastSuccess === undefined ? 'none yet' : successCell(lastSuccess)}</td>
<td>${lastRun && html`<a href="/runs/${encodeURIComponent(lastRun.runId)}">${stateBadge(lastRun.state)}</a>`}</td>
<td class="text">${scheduleText(schedule)}</td>
<td class="text">${topic === undefined ? 'no topic file' : `${new URL(topic.source.url).host} ${topic.source.dataset}`}</td>
<td>${topic?.incremental.strategy}</td></tr>
`
}

const successCell = (run: TopicRun): Html =>
  html`${timeElement(run.finishedAt ?? run.createdAt)}<span class="sub">${formatAge(endAgeMs(run) ?? 0)}</span>`
