import type { PageRecord } from '@gather/ledger'
import type { PageFact } from '../reads/read-page-facts.ts'
import type { RunView } from '../reads/read-run-view.ts'
import { formatCount, formatDuration } from './figures.ts'
import { type Html, html } from './html.ts'

const WORK_ROWS_MAX = 64

export const pageUrl = (runId: string, pageNo: number): string =>
  `/runs/${encodeURIComponent(runId)}/pages/${pageNo}`

/** Pages that failed for good, with the reason. */
export function failedSection({ run, failedPages, progress }: RunView): Html | false {
  if (failedPages.length === 0) return false
  const count = progress.failedPageCount
  const shown =
    failedPages.length < count ? `The first ${failedPages.length} of ${formatCount(count)}` : 'All'
  return html`<section aria-labelledby="failed"><h2 id="failed">Failed pages</h2>
<div class="scroll" role="region" aria-label="Table of failed pages" tabindex="0"><table>
<caption>${shown} failed pages. <a href="/runs/${encodeURIComponent(run.runId)}/pages?state=failed">Their list</a></caption>
<thead><tr><th scope="col" class="number">Page</th><th scope="col" class="number">Rows from</th><th scope="col" class="number">Attempts</th><th scope="col" class="number">Crashes</th><th scope="col">Reason</th></tr></thead>
<tbody>${failedPages.map(failedRow)}</tbody></table></div></section>`
}

const failedRow = (page: PageRecord): Html =>
  html`<tr><th scope="row" class="number"><a href="${pageUrl(page.runId, page.pageNo)}">${page.pageNo}</a></th><td class="number">${formatCount(page.rowOffset)}</td>
<td class="number">${page.attemptCount}</td><td class="number">${page.crashCount}</td>
<td class="text">${page.errorMessage ?? 'no reason was kept'} <code>${page.errorCode}</code></td></tr>`

/** Pages that workers are at now. */
export function workSection({ run, atWork, loading }: RunView): Html | false {
  if (atWork.length === 0) return false
  const shown = atWork.slice(0, WORK_ROWS_MAX)
  const which =
    shown.length < atWork.length ? `The first ${shown.length} of ${formatCount(atWork.length)}` : 'All'
  return html`<section aria-labelledby="work"><h2 id="work">At work now</h2>
<div class="scroll" role="region" aria-label="Pages at work" tabindex="0"><table>
<caption>${which} pages that workers are at</caption>
<thead><tr><th scope="col" class="number">Page</th><th scope="col">Step</th><th scope="col" class="number">For</th><th scope="col" class="number">Lost tries</th><th scope="col">Worker</th></tr></thead>
<tbody>${shown.map((page) => workRow(page, run.runId, { isLoading: loading.has(page.pageNo), nowMs: run.ageMs }))}</tbody></table></div></section>`
}

const workRow = (page: PageFact, runId: string, now: { isLoading: boolean; nowMs: number }): Html =>
  html`<tr><th scope="row" class="number"><a href="${pageUrl(runId, page.pageNo)}">${page.pageNo}</a></th>
<td>${now.isLoading ? 'loading' : 'fetching'}</td><td class="number">${formatDuration(Math.max(0, now.nowMs - page.changedMs))}</td>
<td class="number">${page.lostTries}</td><td class="id">${page.worker}</td></tr>`
