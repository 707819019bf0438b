import type { PageRecord, RunRecord } from '@gather/ledger'
import { PAGE_FILTERS, type PageFilter } from '../reads/list-page-records.ts'
import { formatCount } from './figures.ts'
import { type Html, html } from './html.ts'
import { pageUrl } from './page-tables.ts'
import { runCrumbs } from './run-crumbs.ts'

export interface PagesPage {
  readonly run: RunRecord
  readonly filter: PageFilter
  readonly from: number
  readonly pages: readonly PageRecord[]
  /** First page of the rest of the list; undefined at its end. */
  readonly next: number | undefined
}

/** The pages of a run as a table. */
export function pagesPage({ run, filter, from, pages, next }: PagesPage): Html {
  const url = `/runs/${encodeURIComponent(run.runId)}/pages`
  return html`${runCrumbs(run)}
<h1>Pages of run <span class="id">${run.runId}</span></h1>
<form class="inline" action="${url}" aria-label="Which pages">
<label>State <select name="state">${PAGE_FILTERS.map((name) => html`<option${name === filter && html` selected`}>${name}</option>`)}</select></label>
<label>From page <input name="from" type="number" min="0" max="999999" value="${String(from)}"></label><button>Show</button></form>
<section>${pages.length === 0 ? html`<p>No such page.</p>` : table(pages)}
<nav class="pager" aria-label="More pages">
${from > 0 && html`<a href="${url}?${queryOf(filter, 0)}">First pages</a>`}
${next !== undefined && html`<a href="${url}?${queryOf(filter, next)}">Next pages</a>`}
</nav></section>`
}

const queryOf = (filter: PageFilter, from: number): string =>
  new URLSearchParams({ state: filter, from: String(from) }).toString()

const NUMBERS = ['Rows from', 'Rows', 'Attempts', 'Crashes', 'Fetch ms', 'Load ms']

function table(pages: readonly PageRecord[]): Html {
  return html`<div class="scroll" role="region" aria-label="Pages of the run" tabindex="0"><table>
<caption>Pages ${pages[0]?.pageNo} to ${pages.at(-1)?.pageNo}</caption>
<thead><tr><th scope="col" class="number">Page</th><th scope="col">State</th>${NUMBERS.map((name) => html`<th scope="col" class="number">${name}</th>`)}<th scope="col">Worker</th><th scope="col">Last error</th></tr></thead>
<tbody>${pages.map(row)}</tbody></table></div>`
}

function row(page: PageRecord): Html {
  const figures = [
    page.rowOffset,
    page.rowCount,
    page.attemptCount,
    page.crashCount,
    page.fetchMs,
    page.loadMs,
  ]
  return html`<tr><th scope="row" class="number"><a href="${pageUrl(page.runId, page.pageNo)}">${page.pageNo}</a></th>
<td>${page.state === 'claimed' ? 'at work' : page.state}</td>${figures.map((figure) => html`<td class="number">${figure === null ? '' : formatCount(figure)}</td>`)}
<td class="id">${page.claimedBy}</td><td class="text">${page.errorMessage}${page.errorCode !== null && html` <code>${page.errorCode}</code>`}</td></tr>`
}
