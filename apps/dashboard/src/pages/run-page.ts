import type { Refusal } from '../actions/refusals.ts'
import { rateBuckets } from '../rate-buckets.ts'
import { isOver, type RunView } from '../reads/read-run-view.ts'
import { spanOf } from '../time-span.ts'
import { workerLanes } from '../worker-lanes.ts'
import { refusalNotice, runForms } from './action-forms.ts'
import { formatCount, formatDuration } from './figures.ts'
import { type Html, html } from './html.ts'
import { lanesSection } from './lanes-table.ts'
import { livePart, liveSign } from './live-part.ts'
import { logSection } from './log-section.ts'
import { mapLegend, pageMap } from './page-map.ts'
import { failedSection, workSection } from './page-tables.ts'
import { rateSection } from './rate-chart.ts'
import { receiptSection } from './receipt-section.ts'
import { progressCell, stateBadge, troubleOf } from './run-row.ts'
import { runSteps } from './run-steps.ts'
import { runsUrl } from './runs-url.ts'

/**
 * One run: how far it is, its pages and workers, what failed, what it proved, its import_log.
 * @param refusal - what was refused just now
 */
export function runPage(view: RunView, refusal?: Refusal): Html {
  const { run, cells, knowsSteps } = view
  const parts = runParts(view, refusal)
  return html`<p class="hint crumbs"><a href="/">Runs</a> / <a href="${runsUrl({ topic: run.topic })}">${run.topic}</a></p>
<div class="headline"><h1>Run <span class="id">${run.runId}</span> ${parts.badge}</h1>${liveSign(`/runs/${encodeURIComponent(run.runId)}/events`, isOver(view))}</div>
${parts.trouble}
${parts.progress}
${refusal && refusalNotice(refusal)}${parts.actions}
${pageMap({ runId: run.runId, cells, knowsSteps })}
${parts.charts}
${parts.failed}
${parts.receipt}
${parts.work}
${parts.log}`
}

/** The parts of the page that change while the run goes on, by id; the map's picture is drawn from its cells. */
export function runParts(view: RunView, refusal?: Refusal) {
  const { run, pages, isLoading, cells, knowsSteps } = view
  const span = spanOf(pages, isLoading, run.ageMs)
  return {
    badge: html`<span data-part="badge">${stateBadge(run.state)}</span>`,
    trouble: livePart('trouble', troubleNotice(view)),
    progress: livePart('progress', progressBar(view)),
    actions: livePart('actions', view.allowsActions && runForms(run, refusal?.code), run.state),
    legend: mapLegend(cells, knowsSteps),
    charts: livePart(
      'charts',
      span !== undefined &&
        html`${rateSection(rateBuckets(pages, span))}${lanesSection(workerLanes(pages, span, isLoading), span)}`,
    ),
    failed: livePart('failed', failedSection(view)),
    receipt: livePart('receipt', receiptSection(view)),
    work: livePart('work', workSection(view)),
    log: livePart('log', logSection(view.log)),
  }
}

function troubleNotice({ run }: RunView): Html {
  const trouble = troubleOf(run)
  return html`${trouble && html`<div class="notice ${run.state}"><p>${trouble}</p></div>`}
${run.note !== null && html`<p class="note">${run.note}</p>`}`
}

function progressBar({ run, progress, pace, isLoading }: RunView): Html {
  return html`<div class="bar">${runSteps(run)}
${progressCell(run, progress)}
<dl class="key-figures">
${figure('Time', formatDuration(progress.durationMs))}
${figure('Rows/s in all', formatCount(progress.rowsPerSecond))}
${isLoading && figure('Rows/s in the last 10 s', formatCount(pace.recentRowsPerSecond))}
${isLoading && figure('Read in about', pace.etaMs === undefined ? 'unknown' : formatDuration(pace.etaMs))}
</dl></div>`
}

const figure = (name: string, value: string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`
