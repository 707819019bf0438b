import type { ScheduleRecord } from '@gather/ledger'
import type { TopicSchedule } from '../topics/topic-schedule.ts'
import { formatTime } from './figures.ts'
import { type Html, html } from './html.ts'
import { timeElement } from './run-row.ts'

/** When a topic is imported by itself, and what came of the last time. */
export function scheduleText(found: TopicSchedule | undefined): Html {
  if (found === undefined) return html`none`
  const { schedule, nextAt, nextFault } = found
  const next =
    nextAt === null
      ? `not known: ${nextFault}`
      : html`<time datetime="${nextAt.toISOString()}">${formatTime(nextAt.toISOString())}</time>`
  return html`<code>${schedule.cron}</code> ${schedule.timeZone}, ${schedule.mode}
<span class="sub">next ${next}</span>${lastText(schedule)}`
}

function lastText({ lastDueAt, lastOutcome, lastRunId, lastReason }: ScheduleRecord): Html | undefined {
  if (lastDueAt === null || lastOutcome === null) return undefined
  const run =
    lastRunId !== null &&
    html` (<a class="id" href="/runs/${encodeURIComponent(lastRunId)}">${lastRunId}</a>)`
  return html`<span class="sub">last ${timeElement(lastDueAt)}: ${lastOutcome}${run}${lastOutcome !== 'started' && lastReason !== null && html`, ${lastReason}`}</span>`
}
