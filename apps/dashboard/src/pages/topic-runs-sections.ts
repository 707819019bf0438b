import { rowsAfter, type TopicRun } from '../topics/topic-run.ts'
import { formatCount, formatDuration, formatTime } from './figures.ts'
import { type Html, html } from './html.ts'
import { durationOf } from './run-progress.ts'
import { stateBadge, timeElement } from './run-row.ts'
import { runsUrl } from './runs-url.ts'

/** Successes in the chart of row counts. */
export const SUCCESSES_MAX = 50
/** Runs in the chart of durations. */
export const LAST_RUNS_MAX = 20

/** Rows of the table after each success, as a chart and as the table it is drawn from. */
export function rowCountSection(successes: readonly TopicRun[]): Html | undefined {
  const counted = successes.filter((run) => rowsAfter(run) !== undefined)
  if (counted.length === 0) return undefined
  return html`<section class="chart" aria-labelledby="row-count"><h2 id="row-count">Rows over time</h2>
<div class="scroll figures" role="region" aria-label="Rows after each success" tabindex="0">
<table data-chart="line" data-title="Rows over time" data-newest-first>
<caption>Rows of the table after each success, newest first, ${SUCCESSES_MAX} at most. Times are UTC.</caption>
<thead><tr><th scope="col">Success</th><th scope="col" class="figure">Rows</th><th scope="col">Run</th></tr></thead>
<tbody>${counted.map(rowCountRow)}</tbody></table></div></section>`
}

const rowCountRow = (run: TopicRun): Html =>
  html`<tr><th scope="row">${timeElement(run.finishedAt ?? run.createdAt)}</th><td class="figure" data-value="${rowsAfter(run)}">${formatCount(rowsAfter(run) ?? 0)}</td>
<td>${runLink(run)}</td></tr>
`

/** How the last runs ended and how long they took, as a chart and as the table it is drawn from. */
export function lastRunsSection(topic: string, runs: readonly TopicRun[]): Html {
  if (runs.length === 0)
    return html`<section aria-labelledby="last-runs"><h2 id="last-runs">Last runs</h2>
<p>No run yet. To start one, type in the project's folder:</p>
<pre><code>npx planner enqueue ${topic}</code></pre></section>`
  return html`<section class="chart" aria-labelledby="last-runs"><h2 id="last-runs">Last runs</h2>
<div class="scroll figures" role="region" aria-label="Last runs" tabindex="0">
<table data-chart="stacked_bar" data-title="Seconds that the last runs took" data-newest-first>
<caption>Newest first, ${LAST_RUNS_MAX} at most; <a href="${runsUrl({ topic })}">all runs</a>. Times are UTC.</caption>
<thead><tr><th scope="col">Started</th><th scope="col" class="figure">Time</th><th scope="col">Outcome</th><th scope="col">Import</th><th scope="col" class="figure">Rows</th><th scope="col">Run</th></tr></thead>
<tbody>${runs.map(lastRunRow)}</tbody></table></div></section>`
}

function lastRunRow(run: TopicRun): Html {
  const durationMs = durationOf(run)
  const rows = rowsAfter(run)
  return html`<tr data-label="${formatTime(run.createdAt)}"><th scope="row">${timeElement(run.createdAt)}</th>
<td class="figure" data-value="${(durationMs / 1000).toFixed(3)}" data-series="${run.state}">${formatDuration(durationMs)}</td>
<td>${stateBadge(run.state)}${run.reason !== null && html` <span class="sub">${run.reason}</span>`}</td>
<td>${run.mode}, ${run.strategy}</td><td class="figure">${rows === undefined ? '' : formatCount(rows)}</td>
<td>${runLink(run)}</td></tr>
`
}

const runLink = ({ runId }: TopicRun): Html =>
  html`<a class="id" href="/runs/${encodeURIComponent(runId)}">${runId}</a>`
