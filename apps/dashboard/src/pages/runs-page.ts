import { isOpen, RUN_STATES } from '@gather/ledger'
import { type Listing, RUNS_MAX } from '../reads/read-listing.ts'
import { formatCounted } from './figures.ts'
import { type Html, html } from './html.ts'
import { livePart, liveSign } from './live-part.ts'
import { runRow } from './run-row.ts'
import { type RunsQuery, runsUrl } from './runs-url.ts'

export interface RunsPage {
  /** Undefined where the ledger can't be read. */
  readonly listing: Listing | undefined
  readonly query: RunsQuery
  /** Whether the page asks again by itself where there is no script; `none` where nothing is in motion. */
  readonly refresh: 'on' | 'off' | 'none'
}

/** The list of runs. */
export function runsPage({ listing, query, refresh }: RunsPage): Html {
  return html`<div class="headline"><h1>${query.topic === undefined ? 'Runs' : html`Runs of ${query.topic}`}</h1>${liveSign(runsUrl(query, false, '/events'))}</div>
${listing && filterForm(listing, query)}
${refresh !== 'none' && html`<noscript><p class="hint">${refreshNote(query, refresh === 'on')}</p></noscript>`}
${listing && runsPart(listing, query)}`
}

/** The list itself: the one part of the page whose rows come and go. */
export const runsPart = (listing: Listing, query: RunsQuery): Html =>
  livePart('runs', listing.runs.length === 0 ? emptyList(query) : runsTable(listing, query))

/** What of the list is no row: where it changes, the whole list is drawn anew. */
export const runsCaption = ({ runs, hasOlder }: Listing, { before, topic }: RunsQuery): string => {
  const openCount = runs.filter(({ run }) => isOpen(run.state)).length
  const which = before !== undefined ? 'Older runs' : hasOlder ? `The newest ${RUNS_MAX} runs` : 'All runs'
  return `${which}${topic === undefined ? '' : ` of ${topic}`}, newest first, ${openCount === 0 ? 'none' : openCount} of them open. Times are UTC.`
}

function runsTable(listing: Listing, query: RunsQuery): Html {
  const last = listing.runs.at(-1)
  return html`<table class="runs" role="table">
<caption>${runsCaption(listing, query)}</caption>
<thead role="rowgroup"><tr role="row">
${['Run', 'State', 'Progress', 'Time', 'Started'].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}
</tr></thead>
${listing.runs.map(runRow)}
</table>
<nav class="pager" aria-label="More runs">
${query.before !== undefined && html`<a href="${runsUrl({ ...query, before: undefined })}">Newest runs</a>`}
${listing.hasOlder && last !== undefined && html`<a href="${runsUrl({ ...query, before: last.run })}">Older runs</a>`}
</nav>`
}

function filterForm({ topics, runs }: Listing, { topic, state }: RunsQuery): Html | false {
  if (topics.length === 0 && runs.length === 0) return false
  const names = topic === undefined || topics.includes(topic) ? topics : [topic, ...topics]
  return html`<form class="inline" action="/" aria-label="Which runs">
<label>Topic <select name="topic"><option value="">all</option>${names.map((name) => option(name, topic))}</select></label>
<label>State <select name="state"><option value="">any</option>${['open', ...RUN_STATES].map((name) => option(name, state))}</select></label>
<button>Show</button></form>`
}

const option = (name: string, chosen: string | undefined): Html =>
  html`<option${name === chosen && html` selected`}>${name}</option>`

function emptyList({ topic, state, before }: RunsQuery): Html {
  if (state !== undefined || before !== undefined)
    return html`<section class="empty"><p>No such run. <a href="/">All runs</a></p></section>`
  return html`<section class="empty">
<p>${topic === undefined ? 'No run yet.' : html`No run of ${topic} yet.`} To start one, type in the project's folder:</p>
<pre><code>npx planner enqueue ${topic ?? 'pet_license'}</code></pre>
<p class="hint">It shows here within ${formatCounted(5, 'second')} of being planned<noscript>, once you reload this page</noscript>.</p>
</section>`
}

function refreshNote(query: RunsQuery, isOn: boolean): Html {
  if (isOn)
    return html`The page refreshes itself while a run is open (<a href="${runsUrl(query, true)}">stop that</a>).`
  return html`The page stands still (<a href="${runsUrl(query)}">let it refresh itself</a>).`
}
