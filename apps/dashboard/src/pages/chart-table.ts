import type { ChartFigures } from '@gather/store'
import type { TopicChart } from '@gather/topics'
import { type Html, html } from './html.ts'

const NO_VALUE = 'no value'

/** The figures of a topic's chart: what the script draws is read from this very table. */
export function chartTable(chart: TopicChart, figures: ChartFigures, caption: Html): Html {
  const order = largestFirst(figures)
  return html`<div class="scroll figures" role="region" aria-label="Figures of ${chart.title}" tabindex="0">
<table data-chart="${chart.kind}" data-title="${chart.title}">
<caption>${caption}</caption>
<thead><tr><th scope="col">${wordsOf(chart.by ?? chart.x)}</th>${order.map(
    (place) => html`<th scope="col" class="figure">${figures.series[place] ?? NO_VALUE}</th>`,
  )}</tr></thead>
<tbody>${figures.xs.map(
    (
      x,
      row,
    ) => html`<tr><th scope="row">${x ?? NO_VALUE}</th>${order.map((place) => valueCell(figures.values[row]?.[place] ?? '0'))}</tr>
`,
  )}</tbody></table></div>`
}

const valueCell = (value: string): Html =>
  html`<td class="figure" data-value="${value}">${formatDecimal(value)}</td>`

/** Places of the series, the one with most first: so colours stay with what matters. */
function largestFirst({ series, values }: ChartFigures): number[] {
  const totals = series.map((_name, place) => values.reduce((sum, row) => sum + Number(row[place] ?? 0), 0))
  return totals.map((_total, place) => place).sort((one, other) => (totals[other] ?? 0) - (totals[one] ?? 0))
}

/** `51,754`, `-1,234.50`: digit for digit, also what no number of JavaScript holds. */
export function formatDecimal(text: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? []
  return whole === '' ? text : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`
}

/** `license_issue_date_year` as people write it. */
const wordsOf = (name: string): string => name.replaceAll('_', ' ')
