import type { LoggedEntry } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { LastLogEntries } from '../reads/read-last-log-entries.ts'
import { formatCount } from './figures.ts'
import { type Html, html } from './html.ts'
import { timeElement } from './run-row.ts'
import { problemNotice } from './service-line.ts'

/** The last rows of a run in the import_log. */
export function logSection(log: Reading<LastLogEntries>): Html {
  return html`<section aria-labelledby="log"><h2 id="log">import_log</h2>
${log.ok ? logTable(log.value) : problemNotice('The import_log is unreachable.', log.problem)}</section>`
}

function logTable({ entries, rowCount }: LastLogEntries): Html {
  if (entries.length === 0) return html`<p>No row yet.</p>`
  const which =
    entries.length < rowCount ? `The last ${entries.length} of ${formatCount(rowCount)} rows` : 'All rows'
  return html`<div class="scroll" role="region" aria-label="Rows of the import_log" tabindex="0"><table>
<caption>${which}, newest first. Times are UTC.</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Event</th><th scope="col" class="number">Generation</th><th scope="col" class="number">Page</th><th scope="col" class="number">Rows</th><th scope="col">Comment</th></tr></thead>
<tbody>${entries.toReversed().map(logRow)}</tbody></table></div>`
}

const logRow = (entry: LoggedEntry): Html =>
  html`<tr><td class="figure">${timeElement(entry.importTimestamp)}</td><th scope="row">${entry.event}</th>
<td class="number">${entry.generation === 0 ? '' : entry.generation}</td><td class="number">${entry.pageNo < 0 ? '' : entry.pageNo}</td>
<td class="number">${formatCount(entry.chunkRowCount)}</td><td class="text">${entry.comments}</td></tr>`
