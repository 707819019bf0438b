import type { RunView } from '../reads/read-run-view.ts'
import { formatCount, formatDuration } from './figures.ts'
import { type Html, html } from './html.ts'
import { timeElement } from './run-row.ts'

/** What a run proved, or what is known of it so far. */
export function receiptSection({ run, receipt, progress }: RunView): Html {
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
