import { isOpen, type RunSummary, toIsoTime } from '@gather/ledger'
import type { ListedRun } from '../reads/read-listing.ts'
import { formatAge, formatCount, formatCounted, formatDuration, formatTime } from './figures.ts'
import { type Html, html } from './html.ts'
import type { RunProgress } from './run-progress.ts'
import { runsUrl } from './runs-url.ts'

/** One run in the list: its figures and, below, why it did not succeed. */
export function runRow({ run, progress }: ListedRun): Html {
  const why = troubleOf(run)
  return html`<tbody role="rowgroup" data-part="${rowPart(run)}" class="${run.state}${why && ' with-why'}">
<tr role="row">
<th role="rowheader" scope="row"><a class="id" href="/runs/${encodeURIComponent(run.runId)}">${run.runId}</a>
<span class="sub"><a href="${runsUrl({ topic: run.topic })}">${run.topic}</a> · ${run.mode}, ${run.strategy}</span></th>
<td role="cell" data-label="State">${stateBadge(run.state)}</td>
<td role="cell" data-label="Progress">${progressCell(run, progress)}</td>
<td role="cell" data-label="Time" class="figure">${formatDuration(progress.durationMs)}
${progress.rowsPerSecond > 0 && html`<span class="sub">${formatCount(progress.rowsPerSecond)} rows/s</span>`}</td>
<td role="cell" data-label="Started" class="figure">${timeElement(run.createdAt)}
<span class="sub">${formatAge(run.ageMs)}</span></td>
</tr>
${why && html`<tr role="row" class="why"><td role="cell" colspan="5">${why}</td></tr>`}
</tbody>
`
}

export const rowPart = (run: RunSummary): string => `run-${run.runId}`

/** What went wrong with a run, or what holds it up; undefined where nothing did. */
export function troubleOf(run: RunSummary): Html | undefined {
  if (run.reason !== null)
    return html`${run.reason}${run.reasonCode !== null && html` <code>${run.reasonCode}</code>`}`
  if (run.movedReason !== null && isOpen(run.state)) return html`The source moved: ${run.movedReason}`
  return undefined
}

export const stateBadge = (state: RunSummary['state']): Html =>
  html`<span class="state ${state}">${state}</span>`

/** Rows and pages as a bar and in words. */
export function progressCell(run: RunSummary, progress: RunProgress): Html {
  const rows =
    progress.plannedRows === 0
      ? 'nothing to read'
      : `${formatCount(progress.rowCount)} of ${formatCounted(progress.plannedRows, 'row')}`
  const pages = `${formatCount(progress.donePageCount)} of ${formatCounted(progress.pageCount, 'page')}`
  const failed =
    progress.failedPageCount > 0 &&
    html`, <strong class="bad">${formatCount(progress.failedPageCount)} failed</strong>`
  return html`<progress class="${run.state}" max="1" value="${progress.share.toFixed(4)}" aria-label="Rows of run ${run.runId}">${Math.floor(progress.share * 100)} %</progress>
<span class="rows">${rows}</span>
${progress.pageCount > 0 && html`<span class="sub">${pages}${failed}</span>`}`
}

export const timeElement = (databaseTime: string): Html =>
  html`<time datetime="${toIsoTime(databaseTime)}">${formatTime(databaseTime)}</time>`
