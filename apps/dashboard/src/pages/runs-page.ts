import { isOpen, type RunRecord } from '@gather/ledger'
import { type Html, html } from './html.ts'
import type { RunProgress } from './run-progress.ts'
import { runRow } from './run-row.ts'
import { runsUrl } from './runs-url.ts'

export interface ListedRun {
  readonly run: RunRecord
  readonly progress: RunProgress
}

export interface RunsPage {
  /** Newest first; undefined where the ledger can't be read. */
  readonly runs: readonly ListedRun[] | undefined
  /** The topic that the list is confined to. */
  readonly topic: string | undefined
  readonly limit: number
  /** Whether the page asks again by itself; `none` where nothing is in motion. */
  readonly refresh: 'on' | 'off' | 'none'
}

/** The list of runs. */
export function runsPage(page: RunsPage): Html {
  const { runs, topic } = page
  return html`<h1>${topic === undefined ? 'Runs' : html`Runs of ${topic}`}</h1>
${topic !== undefined && html`<p class="hint"><a href="/">Runs of all topics</a></p>`}
${runs && (runs.length === 0 ? emptyList(topic) : runsTable(page, runs))}`
}

function emptyList(topic: string | undefined): Html {
  return html`<section class="empty">
<p>${topic === undefined ? 'No run yet.' : html`No run of ${topic} yet.`} To start one, type in the project's folder:</p>
<pre><code>npx planner enqueue ${topic ?? 'pet_license'}</code></pre>
<p class="hint">This page shows it once it is planned: reload it then.</p>
</section>`
}

function runsTable({ topic, limit, refresh }: RunsPage, runs: readonly ListedRun[]): Html {
  const openCount = runs.filter(({ run }) => isOpen(run.state)).length
  const most = runs.length === limit ? `The newest ${limit} runs` : 'All runs'
  return html`${refresh !== 'none' && refreshNote(topic, refresh === 'on')}
<table class="runs" role="table">
<caption>${most}${topic !== undefined && html` of ${topic}`}, newest first, ${openCount === 0 ? 'none' : openCount} of them open. Times are UTC.</caption>
<thead role="rowgroup"><tr role="row">
${['Run', 'State', 'Progress', 'Time', 'Started'].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}
</tr></thead>
${runs.map(runRow)}
</table>`
}

function refreshNote(topic: string | undefined, isOn: boolean): Html {
  if (isOn)
    return html`<p class="hint">The page refreshes itself while a run is open (<a href="${runsUrl(topic, true)}">stop that</a>).</p>`
  return html`<p class="hint">The page stands still (<a href="${runsUrl(topic)}">let it refresh itself</a>).</p>`
}
