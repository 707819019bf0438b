import { parseTopic, type TopicChart } from '@gather/topics'
import { describe, expect, it } from 'vitest'
import { CHART_CELLS_MAX, pivotFigures } from '../src/chart-figures.ts'
import { chartSql } from '../src/chart-sql.ts'

const topic = parseTopic(
  {
    topic: 'trees',
    source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
    target: { store: 'mysql', table: 'trees' },
    columns: {
      planted: { from: 'planted', type: 'datetime' },
      kind: { from: 'kind', type: 'varchar(50)' },
      alive: { from: 'alive', type: 'boolean' },
      height: { from: 'height', type: 'decimal(8,2)' },
    },
  },
  'test',
)
const chart = (more: Partial<TopicChart>): TopicChart => ({ title: 'T', kind: 'bar', x: 'kind', ...more })

describe('the statement of a chart', () => {
  it('counts rows by the values of two columns', () => {
    expect(chartSql(topic, chart({ x: 'planted', by: 'month', series: 'alive' }), 10)).toBe(
      "SELECT DATE_FORMAT(`planted`, '%Y-%m') AS x, CASE `alive` WHEN 0 THEN 'false' WHEN 1 THEN 'true' END AS series, CAST(COUNT(*) AS CHAR) AS value\nFROM `trees` GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 10",
    )
  })

  it('adds up a column', () => {
    expect(chartSql(topic, chart({ value: 'height' }), 10)).toContain(
      'SELECT `kind` AS x, NULL AS series, CAST(COALESCE(SUM(`height`), 0) AS CHAR) AS value',
    )
  })

  it('calls a procedure by its name', () => {
    expect(chartSql(topic, chart({ procedure: 'CountTrees', value: 'n' }), 10)).toBe('CALL `CountTrees`()')
  })

  it('is none for a column that the topic does not have, whatever its name is', () => {
    for (const x of ['age', 'kind` FROM mysql.user -- ', 'constructor'])
      expect(() => chartSql(topic, chart({ x }), 10)).toThrow('has no column')
  })
})

describe('the figures of a chart', () => {
  const rows = [
    { x: '2019', series: 'Oak', value: '3' },
    { x: '2019', series: null, value: '1' },
    { x: null, series: 'Oak', value: '12345678901234567890.25' },
  ]

  it('are a table in which nothing is lost, NULL is none of the texts, and 0 stands where there is nothing', () => {
    expect(pivotFigures(chart({ series: 'kind' }), rows)).toEqual({
      xs: ['2019', null],
      series: ['Oak', null],
      values: [
        ['3', '1'],
        ['12345678901234567890.25', '0'],
      ],
    })
  })

  it('have one series, named after what is counted, where the chart has none', () => {
    const { series } = pivotFigures(chart({}), [{ x: 'Oak', series: null, value: '3' }])
    expect(series).toEqual(['rows'])
  })

  it('are none of nothing', () => {
    expect(pivotFigures(chart({}), [])).toEqual({ xs: [], series: [], values: [] })
  })

  it('are refused by the count of rows and of places, before a table of them is made', () => {
    const places = (xCount: number, seriesCount: number) =>
      Array.from({ length: Math.max(xCount, seriesCount) }, (_row, place) => ({
        x: `${place % xCount}`,
        series: `${place % seriesCount}`,
        value: '1',
      }))
    const fits = pivotFigures(chart({ series: 'kind' }), places(100, 50))
    expect([fits.xs.length, fits.series.length]).toEqual([100, 50])
    const limit = CHART_CELLS_MAX
    for (const rows of [places(limit + 1, 1), places(limit, limit)])
      expect(() => pivotFigures(chart({ series: 'kind' }), rows)).toThrow(`gives more than ${limit} values`)
  })

  const procedure = chart({ procedure: 'CountTrees', x: 'year', series: 'kind', value: 'n' })
  it.each([
    [[{ year: '1', kind: 'a' }], 'gives no column n, but year, kind'],
    [[{ year: '1', kind: 'a', n: 'many' }], 'gives values in n that are no numbers'],
    [
      [
        { year: '1', kind: 'a', n: 1 },
        { year: 1, kind: 'a', n: 2 },
      ],
      'gives two values for one place',
    ],
  ])('are refused where a procedure gives %o', (given, reason) => {
    expect(() => pivotFigures(procedure, given)).toThrow(`the procedure CountTrees ${reason}`)
  })
})
