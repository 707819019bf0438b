import { describe, expect, it } from 'vitest'
import { loadTopic, parseTopic, topicJsonSchema } from '../src/index.ts'

const topicWith = (...charts: unknown[]) =>
  parseTopic(
    {
      topic: 'trees',
      source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
      target: { store: 'mysql', table: 'trees' },
      columns: {
        planted: { from: 'planted', type: 'datetime' },
        kind: { from: 'kind', type: 'varchar(50)' },
        height: { from: 'height', type: 'decimal(8,2)' },
        story: { from: 'story', type: 'text' },
        shape: { from: 'shape', type: 'json' },
      },
      charts,
    },
    'trees.yaml',
  )
const refusalOf = (chart: unknown) => {
  try {
    topicWith(chart)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the chart was accepted')
}

describe('the charts of a topic', () => {
  it('are grouped columns, or what a procedure gives', () => {
    const { charts } = topicWith(
      { title: 'Trees by year', x: 'planted', by: 'year', series: 'kind' },
      { title: 'Height', kind: 'bar', x: 'kind', value: 'height' },
      { title: 'Mine', procedure: 'CountTrees', x: 'Year', series: 'Kind', value: 'Count' },
    )
    expect(charts.map(({ kind }) => kind)).toEqual(['stacked_bar', 'bar', 'stacked_bar'])
  })

  it('are none where the file has none', () => {
    expect(topicWith().charts).toEqual([])
  })

  it('are no part of what a run keeps, so that no chart makes the next run a full one', () => {
    const { definition } = topicWith({ title: 'Height', x: 'kind' })
    expect(JSON.stringify(definition)).toBe(JSON.stringify(topicWith().definition))
    expect(definition).not.toHaveProperty('charts')
  })

  it('of the licences count by the procedure of sql/procs', () => {
    expect(loadTopic('pet_license').charts).toEqual([
      {
        title: 'Licences by species and year',
        kind: 'stacked_bar',
        procedure: 'GetLicenseCountBySpeciesYear',
        x: 'license_issue_date_year',
        series: 'species',
        value: 'pet_license_count',
      },
    ])
  })

  it('stand in the JSON Schema that editors use', () => {
    expect(JSON.stringify(topicJsonSchema())).toContain('"stacked_bar"')
  })

  it.each([
    [{ title: 'T', x: 'age' }, 'charts.0.x: there is no column age; columns are planted, kind'],
    [{ title: 'T', x: 'constructor' }, 'charts.0.x: there is no column constructor'],
    [{ title: 'T', x: 'planted' }, 'charts.0.x: planted is datetime; it must be'],
    [{ title: 'T', x: 'kind', by: 'year' }, 'charts.0.x: kind is varchar; it must be a date or datetime'],
    [{ title: 'T', x: 'kind', series: 'story' }, 'charts.0.series: story is text'],
    [{ title: 'T', x: 'kind', value: 'kind' }, 'charts.0.value: kind is varchar; it must be a number'],
    [{ title: 'T', procedure: 'P', x: 'a' }, "charts.0.value: name the column of the procedure's result"],
    [{ title: 'T', procedure: 'P', x: 'a', value: 'b', by: 'day' }, 'charts.0.by: goes with columns'],
    [{ title: ' ', x: 'kind' }, 'charts.0.title'],
    [{ title: 'T', x: 'kind', kind: 'pie' }, 'charts.0.kind'],
    [{ title: 'T', x: 'kind', colour: 'red' }, 'charts.0'],
  ])('are refused with place and reason: %o', (chart, reason) => {
    expect(refusalOf(chart)).toContain(`topic file trees.yaml: ${reason}`)
  })

  it.each(['', '`', 'P`', 'p()', 'mysql.proc', 'a b', '1p', 'é', 'p\n', 'p\0', 'p--', '_p', 'p'.repeat(65)])(
    'name a procedure by letters, digits and _ alone, not by %j',
    (procedure) => {
      expect(refusalOf({ title: 'T', procedure, x: 'a', value: 'b' })).toContain('charts.0.procedure')
    },
  )
})
