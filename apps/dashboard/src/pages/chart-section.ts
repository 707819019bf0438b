import type { Topic, TopicChart } from '@gather/topics'
import type { ChartLook } from '../topics/chart-cache.ts'
import { emptyTable } from '../topics/chart-problem.ts'
import { chartTable } from './chart-table.ts'
import { type Html, html } from './html.ts'

export interface ShownChart {
  readonly chart: TopicChart
  readonly look: ChartLook
}

/** One chart of a topic: its figures, or why there are none. */
export const chartSection = (topic: Topic, { chart, look }: ShownChart, index: number): Html =>
  html`<section class="chart" aria-labelledby="chart-${index}"><h2 id="chart-${index}">${chart.title}</h2>
${chartBody(topic, chart, look)}</section>`

function chartBody(topic: Topic, chart: TopicChart, look: ChartLook): Html {
  if (look.state === 'counting')
    return html`<p role="status" data-counting>The rows are being counted: look again in a moment.</p>`
  if (look.state === 'failed') return html`<p class="problem">${look.problem}</p>`
  if (look.figures.xs.length === 0) return html`<p>${emptyTable(topic)}</p>`
  const from =
    chart.procedure === undefined
      ? html`table <code>${topic.target.table}</code>`
      : html`procedure <code>${chart.procedure}</code>`
  return chartTable(chart, look.figures, html`From the ${from}. Times are UTC.`)
}
