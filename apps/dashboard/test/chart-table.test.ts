import { expect, test } from 'vitest'
import { chartTable, formatDecimal } from '../src/pages/chart-table.ts'
import { html } from '../src/pages/html.ts'

const HOSTILE = '"><img src=x onerror=go(1)>'

test('texts of titles, labels and series stay text, in attributes too', () => {
  const chart = { title: HOSTILE, kind: 'bar' as const, x: 'kind' }
  const { text } = chartTable(
    chart,
    { xs: [HOSTILE, null], series: [HOSTILE], values: [['1'], ['2']] },
    html``,
  )
  expect(text).not.toContain('<img')
  expect(text).toContain('<th scope="row">no value</th>')
  expect(text.split('&lt;img src=x onerror=go(1)&gt;').length).toBe(5)
})

test('the series with most stands first', () => {
  const chart = { title: 'T', kind: 'bar' as const, x: 'kind' }
  const figures = { xs: ['a'], series: ['few', 'most', 'more'], values: [['1', '30', '2']] }
  expect(
    [...chartTable(chart, figures, html``).text.matchAll(/data-value="(\d+)"/g)].map((m) => m[1]),
  ).toEqual(['30', '2', '1'])
})

test.each([
  ['0', '0'],
  ['999', '999'],
  ['51754', '51,754'],
  ['-1234567.5000', '-1,234,567.5000'],
  ['12345678901234567890', '12,345,678,901,234,567,890'],
  ['1e21', '1e21'],
])('%s is written %s', (text, written) => {
  expect(formatDecimal(text)).toBe(written)
})
