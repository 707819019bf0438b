import { isOpen, type RunRecord } from '@gather/ledger'
import { isRetryable } from '@gather/runs'
import { allowanceFor } from '../actions/read-allowance.ts'
import type { Refusal } from '../actions/refusals.ts'
import { topicUrl } from '../topics/topic-url.ts'
import { type Html, html } from './html.ts'

/** The reason why a form's wish was not done, with a way to the run that is in the way. */
export const refusalNotice = ({ what, message, code, openRun }: Refusal): Html =>
  html`<div class="notice" role="alert"><p><strong>${what}.</strong></p>
<p>${message} <code>${code}</code></p>
${openRun !== undefined && html`<p><a href="/runs/${encodeURIComponent(openRun)}">See run <span class="id">${openRun}</span></a></p>`}</div>`

export interface ImportForms {
  readonly topic: string
  /** The run that fills the topic's table now. */
  readonly openRun: Pick<RunRecord, 'runId' | 'state'> | undefined
  /** Of the last try, so that what it may be allowed is offered. */
  readonly refusedCode: string | undefined
}

/** Forms that start an import; the one that replaces the table has to be confirmed. */
export function importForms({ topic, openRun, refusedCode }: ImportForms): Html {
  const content = openRun === undefined ? startForms(topic, refusedCode) : openRunForm(openRun)
  return html`<section class="actions" aria-labelledby="actions"><h2 id="actions">Import</h2>
${content}</section>`
}

const startForms = (topic: string, refusedCode: string | undefined): Html =>
  html`<form method="post" action="${topicUrl(topic)}/import"><input type="hidden" name="mode" value="incremental">
${allowanceBox(refusedCode)}
<button type="submit">Import what changed</button></form>
<form method="post" action="${topicUrl(topic)}/import"><input type="hidden" name="mode" value="initialize">
${allowanceBox(refusedCode)}
<label><input type="checkbox" name="confirm" value="yes" required> Read everything and replace the table in one step</label>
<button type="submit">Import everything</button></form>
${planningHint('The run')}`

const openRunForm = ({ runId, state }: Pick<RunRecord, 'runId' | 'state'>): Html =>
  html`<p>Run <a class="id" href="/runs/${encodeURIComponent(runId)}">${runId}</a> fills the table now (${state}); another import can start when it is over.</p>
${cancelForm(runId)}`

/** Forms of one run: cancel while it is open, plan anew where it failed or was cancelled, else none. */
export function runForms(run: RunRecord, refusedCode: string | undefined): Html | undefined {
  const content = isOpen(run.state)
    ? cancelForm(run.runId)
    : isRetryable(run)
      ? retryForm(run, refusedCode)
      : undefined
  return (
    content &&
    html`<section class="actions" aria-labelledby="actions"><h2 id="actions">What you can do</h2>
${content}</section>`
  )
}

const retryForm = ({ runId, reasonCode }: RunRecord, refusedCode: string | undefined): Html =>
  html`<form method="post" action="/runs/${encodeURIComponent(runId)}/retry">
${allowanceBox(refusedCode ?? reasonCode)}
<button type="submit">Retry</button></form>
${planningHint('The new run')}`

const cancelForm = (runId: string): Html =>
  html`<form method="post" action="/runs/${encodeURIComponent(runId)}/cancel">
<button type="submit" class="danger">Cancel run <span class="id">${runId}</span></button></form>
<p class="hint">The table stays as it was.</p>`

const planningHint = (what: string): Html =>
  html`<p class="hint">Planning asks the portal, which may take some seconds: this page waits for it, at most a minute. ${what} is shown as soon as it is planned.</p>`

const ALLOWANCES = {
  empty: 'Import it although the data set is empty',
  shrink: 'Import it although the data set lost most of its rows',
} as const

function allowanceBox(code: string | null | undefined): Html | undefined {
  const allowance = allowanceFor(code)
  return (
    allowance &&
    html`<label><input type="checkbox" name="allow" value="${allowance}"> ${ALLOWANCES[allowance]}</label>`
  )
}
