import { drawPaths, layOut, packCells } from '../assets/page-map-shape.js'
import { CELL_STATES, countCells } from '../cell-states.ts'
import { formatCount, formatCounted } from './figures.ts'
import { type Html, html } from './html.ts'
import { livePart } from './live-part.ts'

/** The width the server draws for; the script draws anew for the width that is there. */
const WIDTH_PX = 1_080

export interface PageMap {
  readonly runId: string
  /** One letter a page. */
  readonly cells: string
  /** Whether Redis says who loads: else a page at work counts as fetched. */
  readonly knowsSteps: boolean
}

/** Every page of a run as a cell. */
export function pageMap({ runId, cells, knowsSteps }: PageMap): Html {
  const url = `/runs/${encodeURIComponent(runId)}/pages`
  return html`<section aria-labelledby="map"${cells === '' && HIDDEN}><h2 id="map">Page map</h2>
${mapLegend(cells, knowsSteps)}
<div class="map" data-map data-cells="${packCells(cells)}" data-pages="${url}">${mapPicture(cells)}</div>
<p class="hint" data-map-hint hidden>Choose a page by a click, or by the arrow keys in the map: Home and End go to the first and
the last, F to the next failed one.</p>
<div data-map-detail role="status"></div>
<form class="inline" action="${url}"><label>Pages from <input name="from" type="number" min="0" max="${String(Math.max(0, cells.length - 1))}" value="0" required></label><button>List</button></form>
</section>`
}

/** Until there are pages: a run that had nothing to read may have some when it begins anew. */
const HIDDEN = html` hidden`

/** How many pages each state has, with the sign it has in the map. */
export function mapLegend(cells: string, knowsSteps: boolean): Html {
  const counts = countCells(cells)
  return livePart(
    'legend',
    html`<ul class="legend">${CELL_STATES.map(
      ({ letter, name }) =>
        html`<li class="${(counts.get(letter) ?? 0) === 0 && 'none'}"><svg viewBox="0 0 1 1" aria-hidden="true"><path class="cell-${letter}" d="M0 0h1v1h-1z"/>${markOf(letter, 'M0 0h1v1h-1z')}</svg>
<strong>${formatCount(counts.get(letter) ?? 0)}</strong> ${name}</li>`,
    )}</ul>
${!knowsSteps && html`<p class="hint">Redis is away: pages at work are shown as fetching.</p>`}`,
  )
}

function mapPicture(cells: string): Html {
  const { columns, rows, cellPx } = layOut(cells.length, WIDTH_PX)
  const paths = drawPaths(cells, columns)
  return html`<svg viewBox="0 0 ${columns} ${rows}" width="${columns * cellPx}" role="img" aria-labelledby="map-title">
<title id="map-title">${formatCounted(cells.length, 'page')} by state, the first one at the top left; the list above has the numbers</title>
<defs>${MARKS}</defs>
${CELL_STATES.map(({ letter }) => {
  const path = paths.get(letter) ?? ''
  return html`<path class="cell-${letter}" data-letter="${letter}" d="${path}"/>${markOf(letter, path)}`
})}
<rect class="cell-grid" width="${columns}" height="${rows}" fill="url(#cell-grid)"/>
</svg>`
}

/** What is told by colour is told by a mark as well. */
const MARKED: Readonly<Record<string, string>> = { a: 'retry', r: 'retry', x: 'fail', f: 'fetch' }

const markOf = (letter: string, path: string): Html | false =>
  MARKED[letter] !== undefined &&
  html`<path data-letter="${letter}" d="${path}" fill="url(#mark-${MARKED[letter]})"/>`

const MARKS = html`<pattern id="cell-grid" width="1" height="1" patternUnits="userSpaceOnUse"><path class="grid-line" d="M0 0h1M0 0v1"/></pattern>
<pattern id="mark-fail" width="1" height="1" patternUnits="userSpaceOnUse"><path class="mark" d="M.2 .2L.8 .8M.8 .2L.2 .8"/></pattern>
<pattern id="mark-retry" width="1" height="1" patternUnits="userSpaceOnUse"><path class="mark" d="M.15 .85L.85 .15"/></pattern>
<pattern id="mark-fetch" width="1" height="1" patternUnits="userSpaceOnUse"><path class="mark soft" d="M.5 .2v.6"/></pattern>`
