import { spreadOf } from '../statistics.ts'
import { formatNumber } from './format-number.ts'
import { renderTable } from './render-table.ts'
import type { Figure, ScenarioReport } from './scenario-report.ts'

const DECIMALS: Readonly<Record<Figure['unit'], number>> = { s: 3, x: 3, MB: 0, 'us/row': 2, requests: 0 }

/** A scenario's report as plain text. */
export function renderReport(report: ScenarioReport): string {
  const rows = report.figures.map(figureRow)
  return [
    `${report.scenario} on ${report.server}: ${report.setup}`,
    ...renderTable(['', 'unit', 'median', 'min', 'max', 'runs', 'goal', ''], rows).map((line) => `  ${line}`),
    ...report.notes.map((note) => `  ${note}`),
    ...(report.profile === undefined ? [] : ['', report.profile]),
  ].join('\n')
}

function figureRow({ what, unit, samples, goalMax }: Figure): string[] {
  const { median, min, max, count } = spreadOf(samples)
  const numbers = [median, min, max].map((value) => formatNumber(value, DECIMALS[unit]))
  const goal =
    goalMax === undefined ? ['', ''] : [`<= ${goalMax}`, isMet({ samples, goalMax }) ? 'met' : 'missed']
  return [what, unit, ...numbers, String(count), ...goal]
}

/** Whether the median reaches the goal. */
export const isMet = ({
  samples,
  goalMax,
}: Pick<Figure, 'samples'> & { readonly goalMax: number }): boolean => spreadOf(samples).median <= goalMax
