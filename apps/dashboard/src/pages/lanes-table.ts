import type { TimeSpan } from '../time-span.ts'
import { LANE_STEPS, type WorkerLane } from '../worker-lanes.ts'
import { formatCount, formatDuration } from './figures.ts'
import { type Html, html } from './html.ts'

/** Workers that died and came again are others: a long run may have many. */
const LANES_MAX = 64

/** What each worker did: a lane over the time of the run, and its figures. */
export function lanesSection(lanes: readonly WorkerLane[], span: TimeSpan): Html {
  const shown = lanes.slice(0, LANES_MAX)
  const which = shown.length < lanes.length ? `The ${LANES_MAX} with the most rows of ${lanes.length}` : 'All'
  return html`<section aria-labelledby="lanes"><h2 id="lanes">Workers</h2>
<p class="hint">A lane shows when pages were <span class="key fetch">fetched</span> (upper half) and <span class="key load">loaded</span> (lower
half). Times of a page are medians; lost are the tries of its pages that stored nothing.</p>
<div class="scroll" role="region" aria-label="What each worker did" tabindex="0"><table class="lanes">
<caption>${which} workers, by rows</caption>
<thead><tr><th scope="col">Worker</th><th scope="col" class="time"><span>${formatDuration(span.fromMs)}</span> <span>${formatDuration(span.toMs)}</span></th>
${['Pages', 'Rows', 'Rows/s', 'Lost', 'Fetch ms', 'Load ms'].map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${shown.map(laneRow)}</tbody></table></div>
</section>`
}

function laneRow(lane: WorkerLane): Html {
  const figures = [lane.pageCount, lane.rowCount, lane.rowsPerSecond, lane.lostTries]
  return html`<tr><th scope="row" class="id">${lane.worker}</th><td>${picture(lane)}</td>
${[...figures, lane.fetchMsMedian, lane.loadMsMedian].map((figure) => html`<td class="number">${formatCount(figure)}</td>`)}</tr>`
}

function picture({ fetching, loading }: WorkerLane): Html {
  const label = `Fetching ${shareOf(fetching)}, loading ${shareOf(loading)} of the time`
  return html`<svg class="lane" viewBox="0 0 ${LANE_STEPS} 20" preserveAspectRatio="none" role="img" aria-label="${label}">
<path class="fetch" d="${drawSteps(fetching, 1)}"/><path class="load" d="${drawSteps(loading, 10.5)}"/></svg>`
}

const shareOf = (steps: readonly boolean[]): string =>
  `${Math.round((steps.filter(Boolean).length * 100) / steps.length)} %`

/** Neighbouring steps are one box. */
function drawSteps(steps: readonly boolean[], y: number): string {
  const text = steps.map((isOn) => (isOn ? '1' : '0')).join('')
  return [...text.matchAll(/1+/g)]
    .map(({ index, 0: run }) => `M${index} ${y}h${run.length}v8.5h${-run.length}z`)
    .join('')
}
