import type { LoggedEntry, PageRecord, RunRecord } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { Receipt } from '@gather/runs'
import type { PageCounts } from '../read-page-counts.ts'
import { formatCount, formatCounted, formatDuration } from './figures.ts'
import { type Html, html } from './html.ts'
import type { RunProgress } from './run-progress.ts'
import { progressCell, stateBadge, timeElement, troubleOf } from './run-row.ts'
import { runsUrl } from './runs-url.ts'
import { problemNotice } from './service-line.ts'

export interface RunPage {
  readonly run: RunRecord
  readonly progress: RunProgress
  readonly counts: PageCounts
  readonly receipt: Receipt
  /** At most {@link FAILED_PAGES_MAX}. */
  readonly failedPages: readonly PageRecord[]
  /** Forms and what became of the last one, where things may be changed. */
  readonly actions: Html | undefined
  /** The import_log may stand on another server, so it may be away alone. */
  readonly log: Reading<readonly LoggedEntry[]>
}

export const FAILED_PAGES_MAX = 50
const LOG_ROWS_MAX = 200

/** One run: what it proved, its pages, what failed, its import_log. */
export function runPage(page: RunPage): Html {
  const { run, progress } = page
  const trouble = troubleOf(run)
  return html`<p class="hint"><a href="/">Runs</a> / <a href="${runsUrl(run.topic)}">${run.topic}</a></p>
<h1>Run <span class="id">${run.runId}</span> ${stateBadge(run.state)}</h1>
${trouble && html`<div class="notice ${run.state}"><p>${trouble}</p></div>`}
${run.note !== null && html`<p class="note">${run.note}</p>`}
<div class="bar">${progressCell(run, progress)}</div>
${page.actions}
${receiptSection(page)}
${pagesSection(page)}
${logSection(page.log)}`
}

function receiptSection({ run, receipt, progress }: RunPage): Html {
  const { counts, buckets, digest, notProven } = receipt
  return html`<section aria-labelledby="receipt"><h2 id="receipt">Receipt</h2>
<dl>
${entry('Import', `${run.mode}, ${run.strategy}`)}
${entry('Source', `${run.sourceUrl} ${run.dataset}`)}
${entry('Target', `${run.targetHost} ${run.targetDb}.${run.targetTable}`)}
${entry('Started', timeElement(run.createdAt))}
${entry('Finished', run.finishedAt === null ? 'not yet' : timeElement(run.finishedAt))}
${entry('Time', `${formatDuration(progress.durationMs)}, ${formatCount(progress.rowsPerSecond)} rows/s`)}
${entry('Rows at the source', countOr(counts.source))}
${entry('Rows stored', countOr(counts.stored))}
${entry('Rows read', formatCount(counts.read))}
${entry('Rows inserted / updated / deleted / unchanged', [counts.inserted, counts.updated, counts.deleted, counts.unchanged].map(formatCount).join(' / '))}
${entry('Rows before / after', `${formatCount(counts.before)} / ${countOr(counts.after)}`)}
${buckets !== undefined && entry('Times of change compared / differing', `${formatCount(buckets.compared)} / ${formatCount(buckets.differing)}`)}
${entry('Requests', formatCount(receipt.requests))}
${entry('Generation', formatCount(run.generation))}
${entry('Source version', html`<code>${receipt.sourceVersion}</code>`)}
${entry('Digest of the source', codeOr(digest.source))}
${entry('Digest of what is stored', codeOr(digest.stored))}
${notProven !== undefined && entry('Not proven', notProven)}
</dl></section>`
}

const countOr = (count: number | null): string => (count === null ? 'not counted' : formatCount(count))

const codeOr = (digest: string | null): string | Html =>
  digest === null ? 'not taken' : html`<code>${digest}</code>`

const entry = (name: string, value: string | Html): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`

function pagesSection({ run, counts, failedPages }: RunPage): Html {
  const states = ['open', 'claimed', 'done', 'failed'] as const
  return html`<section aria-labelledby="pages"><h2 id="pages">Pages</h2>
<p>${formatCounted(run.pageCount, 'page')} of ${formatCounted(run.pageRows, 'row')} at most.</p>
<ul class="counts">${states.map((state) => html`<li><strong>${formatCount(counts[state])}</strong> ${state}</li>`)}</ul>
${failedPages.length > 0 && failedTable(failedPages, counts.failed)}</section>`
}

function failedTable(pages: readonly PageRecord[], failedCount: number): Html {
  const shown =
    pages.length < failedCount ? `The first ${pages.length} of ${formatCount(failedCount)}` : 'All'
  return html`<div class="scroll" role="region" aria-label="Failed pages" tabindex="0"><table>
<caption>${shown} failed pages</caption>
<thead><tr><th scope="col">Page</th><th scope="col">Rows from</th><th scope="col">Attempts</th><th scope="col">Crashes</th><th scope="col">Reason</th></tr></thead>
<tbody>${pages.map(failedRow)}</tbody></table></div>`
}

const failedRow = (page: PageRecord): Html =>
  html`<tr><th scope="row" class="figure">${page.pageNo}</th><td class="figure">${formatCount(page.rowOffset)}</td>
<td class="figure">${page.attemptCount}</td><td class="figure">${page.crashCount}</td>
<td class="text">${page.errorMessage ?? 'no reason was kept'} <code>${page.errorCode}</code></td></tr>`

function logSection(log: Reading<readonly LoggedEntry[]>): Html {
  return html`<section aria-labelledby="log"><h2 id="log">import_log</h2>
${log.ok ? logTable(log.value) : problemNotice('The import_log is unreachable.', log.problem)}</section>`
}

function logTable(entries: readonly LoggedEntry[]): Html {
  if (entries.length === 0) return html`<p>No row yet.</p>`
  const shown = entries.slice(-LOG_ROWS_MAX)
  const which =
    shown.length < entries.length
      ? `The last ${shown.length} of ${formatCount(entries.length)} rows`
      : 'All rows'
  return html`<div class="scroll" role="region" aria-label="Rows of the import_log" tabindex="0"><table>
<caption>${which}, oldest first. Times are UTC.</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Event</th><th scope="col">Generation</th><th scope="col">Page</th><th scope="col">Rows</th><th scope="col">Comment</th></tr></thead>
<tbody>${shown.map(logRow)}</tbody></table></div>`
}

const logRow = (entry: LoggedEntry): Html =>
  html`<tr><td class="figure">${timeElement(entry.importTimestamp)}</td><th scope="row">${entry.event}</th>
<td class="figure">${entry.generation === 0 ? '' : entry.generation}</td><td class="figure">${entry.pageNo < 0 ? '' : entry.pageNo}</td>
<td class="figure">${formatCount(entry.chunkRowCount)}</td><td class="text">${entry.comments}</td></tr>`
