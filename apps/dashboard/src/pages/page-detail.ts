import type { PageRecord } from '@gather/ledger'
import { CELL_STATES, type CellLetter } from '../cell-states.ts'
import { formatCount } from './figures.ts'
import { type Html, html } from './html.ts'
import { pageUrl } from './page-tables.ts'
import { timeElement } from './run-row.ts'

/** All that the ledger knows of one page. */
export function pageDetail(page: PageRecord, letter: CellLetter): Html {
  const state = CELL_STATES.find((each) => each.letter === letter)
  return html`<div class="detail"><dl>
${entry('Page', html`<a href="${pageUrl(page.runId, page.pageNo)}">${page.pageNo}</a>`)}
${entry('State', html`<strong>${state?.name}</strong>`)}
${entry('Rows of the source', `${formatCount(page.rowOffset)} to ${formatCount(page.rowOffset + page.plannedRows)}`)}
${entry('Rows stored', numberOr(page.rowCount))}
${entry('Attempts / crashes', `${page.attemptCount} / ${page.crashCount}`)}
${entry('Worker', page.claimedBy ?? 'none yet')}
${entry('Fetch / load', `${millisOr(page.fetchMs)} / ${millisOr(page.loadMs)}`)}
${entry('Last change', timeElement(page.changedAt))}
</dl>
${page.errorMessage !== null && html`<p class="text bad">${page.errorMessage} <code>${page.errorCode}</code></p>`}</div>`
}

const entry = (name: string, value: string | Html): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`

const numberOr = (value: number | null): string => (value === null ? 'none yet' : formatCount(value))

const millisOr = (ms: number | null): string => (ms === null ? 'not yet' : `${formatCount(ms)} ms`)
