import type { RunRecord, RunState } from '@gather/ledger'
import { formatDuration } from './figures.ts'
import { type Html, html } from './html.ts'

/** The way of a run that goes well, and what happens in each state. */
const STEPS: readonly { readonly state: RunState; readonly what: string }[] = [
  { state: 'planned', what: 'its pages are being enqueued' },
  { state: 'loading', what: 'workers fetch and load its pages' },
  { state: 'settling', what: 'counts, keys and digests are compared with the source' },
  { state: 'publishing', what: 'its rows are being made visible' },
  { state: 'succeeded', what: 'proven and published' },
]

/** Where a run stands on its way, and for how long. One that ended badly has left the way. */
export function runSteps({ state, stateAgeMs, movedReason }: RunRecord): Html {
  const at = STEPS.findIndex((step) => step.state === state)
  const step = STEPS[at]
  if (step === undefined) return html``
  const what = movedReason !== null ? 'the source moved: the pages are being planned anew' : step.what
  return html`<ol class="steps" aria-label="Way of the run">${STEPS.map(
    (each, index) =>
      html`<li class="${index < at || state === 'succeeded' ? 'past' : index === at ? 'now' : 'ahead'}"${index === at && html` aria-current="step"`}>${each.state}</li>`,
  )}</ol>
${state !== 'succeeded' && html`<p class="hint">For ${formatDuration(stateAgeMs)}: ${what}.</p>`}`
}
