import type { RateBucket, Rates } from '../rate-buckets.ts'
import { formatCount, formatDuration } from './figures.ts'
import { type Html, html } from './html.ts'

/** Rows a second over time: a picture, and the same as a table. */
export function rateSection({ stepMs, buckets }: Rates): Html {
  const peak = Math.max(0, ...buckets.map((bucket) => bucket.rowsPerSecond))
  const top = roundUp(peak)
  return html`<section aria-labelledby="rate"><h2 id="rate">Rows per second</h2>
<figure class="rate-chart">
<ol class="axis y" aria-hidden="true">${[top, top / 2, 0].map((value) => html`<li>${formatCount(value)}</li>`)}</ol>
${picture(buckets, top, peak)}
<ol class="axis x" aria-hidden="true">${endsOf(buckets, stepMs).map((ms) => html`<li>${formatDuration(ms)}</li>`)}</ol>
<figcaption>Rows stored in each ${formatDuration(stepMs)}, over the time since the run was planned; ${formatCount(peak)} a second at most.</figcaption>
</figure>
<details data-key="rates"><summary>The same as a table</summary>${table(buckets)}</details>
</section>`
}

function picture(buckets: readonly RateBucket[], top: number, peak: number): Html {
  const bars = buckets
    .map(({ rowsPerSecond }, index) => ({ x: index, height: round((rowsPerSecond * 100) / top) }))
    .filter(({ height }) => height > 0)
    .map(({ x, height }) => `M${x} 100v${-height}h1v${height}z`)
    .join('')
  const width = buckets.length
  return html`<svg viewBox="0 0 ${width} 100" preserveAspectRatio="none" role="img" aria-labelledby="rate-title rate-desc">
<title id="rate-title">Rows per second over time</title>
<desc id="rate-desc">${describe(buckets, peak)}</desc>
<path class="grid-line" d="M0 0h${width}M0 50h${width}M0 100h${width}"/>
<path class="bars" d="${bars}"/>
</svg>`
}

function describe(buckets: readonly RateBucket[], peak: number): string {
  const highest = buckets.find((bucket) => bucket.rowsPerSecond === peak)
  if (highest === undefined || peak === 0) return 'No rows were stored yet.'
  return `At most ${formatCount(peak)} rows a second, ${formatDuration(highest.fromMs)} after the run was planned; the table below has all figures.`
}

/** Times at the left, the middle and the right. */
function endsOf(buckets: readonly RateBucket[], stepMs: number): number[] {
  const fromMs = buckets[0]?.fromMs ?? 0
  const lengthMs = buckets.length * stepMs
  return [fromMs, fromMs + lengthMs / 2, fromMs + lengthMs]
}

/** The next of 1, 2, 5, 10, 20, 50 …, so that the axis does not change with each row. */
export function roundUp(peak: number): number {
  if (peak <= 10) return 10
  const power = 10 ** Math.floor(Math.log10(peak))
  return [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= peak) ?? 10 * power
}

const round = (value: number): number => Math.round(value * 10) / 10

function table(buckets: readonly RateBucket[]): Html {
  return html`<div class="scroll" role="region" aria-label="Table of rows per second" tabindex="0"><table>
<caption>Rows per second, by the time since the run was planned</caption>
<thead><tr><th scope="col" class="number">From</th><th scope="col" class="number">Pages</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Rows/s</th></tr></thead>
<tbody>${buckets.map(
    (
      bucket,
    ) => html`<tr><th scope="row" class="number">${formatDuration(bucket.fromMs)}</th><td class="number">${formatCount(bucket.pageCount)}</td>
<td class="number">${formatCount(bucket.rowCount)}</td><td class="number">${formatCount(bucket.rowsPerSecond)}</td></tr>`,
  )}</tbody></table></div>`
}
