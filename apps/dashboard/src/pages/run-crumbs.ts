import type { RunRecord } from '@gather/ledger'
import { type Html, html } from './html.ts'
import { runsUrl } from './runs-url.ts'

/** The way back from a page below that of a run. */
export const runCrumbs = ({ runId, topic }: RunRecord): Html => {
  const url = `/runs/${encodeURIComponent(runId)}`
  return html`<nav class="hint crumbs" aria-label="Way back"><a href="/">Runs</a> / <a href="${runsUrl({ topic })}">${topic}</a> / <a href="${url}" class="id">${runId}</a> / <a href="${url}/pages">pages</a></nav>`
}
