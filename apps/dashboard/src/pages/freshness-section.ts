import type { Topic } from '@gather/topics'
import { endAgeMs, versionAgeMs } from '../topics/freshness.ts'
import type { TopicRuns } from '../topics/read-topic-runs.ts'
import { rowsAfter, type TopicRun } from '../topics/topic-run.ts'
import type { TopicSchedule } from '../topics/topic-schedule.ts'
import { formatAge, formatCount } from './figures.ts'
import { type Html, html } from './html.ts'
import { stateBadge, timeElement } from './run-row.ts'
import { scheduleText } from './schedule-text.ts'

/** How fresh a topic's table is, and where its rows come from. */
export function freshnessSection(
  topic: Topic | undefined,
  { last, successes }: TopicRuns,
  schedule: TopicSchedule | undefined,
): Html {
  const [success] = successes
  const [attempt] = last
  return html`<section aria-labelledby="freshness"><h2 id="freshness">Freshness</h2>
<dl>
${entry('Rows in the table', success === undefined ? 'none yet' : formatCount(rowsAfter(success) ?? 0))}
${entry('Source version', success === undefined ? 'none yet' : versionOf(success))}
${entry('Last success', success === undefined ? 'none yet' : endOf(success))}
${entry('Last attempt', attempt === undefined ? 'none yet' : attemptOf(attempt))}
${entry('Source', topic === undefined ? sourceOf(attempt) : `${topic.source.url} ${topic.source.dataset}`)}
${entry('Target', targetOf(topic, attempt))}
${entry('Incremental strategy', topic?.incremental.strategy ?? attempt?.strategy ?? 'not known')}
${entry('Schedule', scheduleText(schedule))}
</dl></section>`
}

function versionOf(run: TopicRun): Html {
  const ageMs = versionAgeMs(run)
  return html`<code>${run.sourceVersion}</code>${ageMs !== undefined && html`, made ${formatAge(ageMs)}`}`
}

const endOf = (run: TopicRun): Html =>
  html`${timeElement(run.finishedAt ?? run.createdAt)}, ${formatAge(endAgeMs(run) ?? 0)} (${runLink(run)})`

const attemptOf = (run: TopicRun): Html =>
  html`${timeElement(run.createdAt)} ${stateBadge(run.state)} (${runLink(run)})`

const runLink = ({ runId }: TopicRun): Html =>
  html`<a class="id" href="/runs/${encodeURIComponent(runId)}">${runId}</a>`

const sourceOf = (run: TopicRun | undefined): string =>
  run === undefined ? 'not known' : `${run.sourceUrl} ${run.dataset}`

function targetOf(topic: Topic | undefined, run: TopicRun | undefined): string {
  if (run !== undefined) return `${run.targetHost} ${run.targetDb}.${run.targetTable}`
  return topic?.target.table ?? 'not known'
}

const entry = (name: string, value: string | Html): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`
