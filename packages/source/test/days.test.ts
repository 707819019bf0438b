import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DatedRow,
  type Group,
  keyOf,
  makeDated,
  openGrouping,
  startGrouping,
} from './grouping-portal.ts'
import { neverStop } from './scripted-portal.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2015, 0, 1)
const iso = (timeMs: number): string => new Date(timeMs).toISOString()

/** The start of a day in a zone that is seven hours behind. */
const westernDayOf = (time: string): string =>
  iso(Math.floor((Date.parse(time) - 7 * HOUR_MS) / DAY_MS) * DAY_MS + 7 * HOUR_MS)

describe('the days', () => {
  it('are as many as there are, each with its oldest and newest row', async () => {
    const rows = makeDated(
      3_000,
      (index) => START_MS + Math.floor(index / 2) * DAY_MS + (index % 2) * HOUR_MS,
    )
    const portal = await startGrouping(rows)
    const { days, ...rest } = await openGrouping(portal).days(neverStop)
    expect(rest).toEqual({
      nullCount: 0,
      rowCount: 3_000,
      version: { kind: 'replica', value: '2026-07-16T17:40:22.000Z#1.1' },
      answeredAtMs: expect.any(Number),
    })
    const expected = Array.from({ length: 1_500 }, (_, index) => {
      const from = START_MS + index * DAY_MS
      return { from: iso(from), to: iso(from + HOUR_MS), rowCount: 2 }
    })
    expect(days).toEqual(expected)
    expect(portal.lists().map(({ $offset }) => $offset)).toEqual(['0', '1000'])
  })

  it('are asked for with an order and a limit, under new names each time', async () => {
    const portal = await startGrouping(makeDated(1, () => START_MS))
    const source = openGrouping(portal)
    await source.days(neverStop)
    await source.days(neverStop)
    const [query, other] = portal.lists()
    expect(query?.$select).toMatch(
      /^datez_trunc_ymd\(:updated_at\) as d_\w+,count\(\*\) as n_\w+,min\(:updated_at\) as f_\w+,max\(:updated_at\) as t_\w+$/,
    )
    expect(query?.$group).toMatch(/^d_\w+$/)
    expect(query).toMatchObject({ $order: query?.$group, $limit: '1000', $offset: '0' })
    expect(other?.$group).not.toBe(query?.$group)
  })

  it('begin where the server has them begin', async () => {
    const rows = makeDated(48, (index) => START_MS + index * HOUR_MS)
    const portal = await startGrouping(rows, { dayOf: westernDayOf })
    const { days } = await openGrouping(portal).days(neverStop)
    expect(days).toEqual([
      { from: '2015-01-01T00:00:00.000Z', to: '2015-01-01T06:00:00.000Z', rowCount: 7 },
      { from: '2015-01-01T07:00:00.000Z', to: '2015-01-02T06:00:00.000Z', rowCount: 24 },
      { from: '2015-01-02T07:00:00.000Z', to: '2015-01-02T23:00:00.000Z', rowCount: 17 },
    ])
  })

  it('leave the rows without a time to a count of their own', async () => {
    const dated = makeDated(3, () => START_MS)
    const portal = await startGrouping([...dated, { id: 'a', updatedAt: null }, { id: 'b', updatedAt: null }])
    const { days, nullCount, rowCount } = await openGrouping(portal).days(neverStop)
    expect(days).toEqual([{ from: iso(START_MS), to: iso(START_MS), rowCount: 3 }])
    expect([nullCount, rowCount]).toEqual([2, 5])
  })

  it('are none where there are no rows', async () => {
    const portal = await startGrouping([])
    const answer = await openGrouping(portal).days(neverStop)
    expect(answer).toMatchObject({ days: [], nullCount: 0, rowCount: 0 })
  })
})

describe('days are refused', () => {
  const rows = makeDated(10, (index) => START_MS + index * DAY_MS)
  const disagree = { code: 'SOURCE_ANSWERS_DISAGREE', kind: 'transient' }

  it.each([
    ['out of order', (items: Group[]) => items.toReversed()],
    ['twice', (items: Group[]) => [...items.slice(0, -1), items[0] ?? {}]],
    ['with rows missing', (items: Group[]) => items.slice(1)],
    ['with its newest before its oldest', (items: Group[]) => shift(items, 't', -1)],
    ['reaching into the next', (items: Group[]) => shift(items, 't', DAY_MS)],
  ])('where one comes %s', async (_case, change) => {
    const portal = await startGrouping(rows, { onList: (_index, items) => change(items) })
    await expect(openGrouping(portal).days(neverStop)).rejects.toMatchObject(disagree)
  })

  it('where the rows without a time come twice', async () => {
    const portal = await startGrouping(rows.slice(0, 2))
    portal.state.onList = (_index, items) =>
      items.map((group) => ({ [keyOf(items, 'n')]: group[keyOf(items, 'n')] ?? '' }))
    await expect(openGrouping(portal).days(neverStop)).rejects.toMatchObject(disagree)
  })

  it.each([[['d']], [['f']], [['t']], [['f', 't']]])('where one comes without %j', async (fields) => {
    const portal = await startGrouping(rows.slice(0, 1))
    portal.state.onList = (_index, items) => {
      const gone = fields.map((field) => keyOf(items, field))
      return items.map((group) =>
        Object.fromEntries(Object.entries(group).filter(([key]) => !gone.includes(key))),
      )
    }
    await expect(openGrouping(portal).days(neverStop)).rejects.toMatchObject({ code: 'SOURCE_BODY_INVALID' })
  })

  it('where the data change between two of the answers', async () => {
    const portal = await startGrouping(rows)
    portal.state.onList = () => {
      portal.state.dataVersion = 2
      return undefined
    }
    await expect(openGrouping(portal, 5).days(neverStop)).rejects.toMatchObject(disagree)
  })
})

it('any rows make the days that are computed from them', async () => {
  const portal = await startGrouping([], { dayOf: westernDayOf })
  const time = fc.integer({ min: 0, max: 200 }).map((hours) => iso(START_MS + hours * HOUR_MS))
  const times = fc.array(fc.option(time, { nil: null }), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 1, max: 12 }), async (updatedAts, listRowsMax) => {
      portal.state.rows = updatedAts.map((updatedAt, index) => ({ id: `row-${index}`, updatedAt }))
      const answer = await openGrouping(portal, listRowsMax).days(neverStop)
      expect(answer.days).toEqual(daysOf(portal.state.rows))
      expect(answer.nullCount).toBe(updatedAts.filter((each) => each === null).length)
      expect(answer.rowCount).toBe(updatedAts.length)
    }),
    { numRuns: 30 },
  )
})

function daysOf(rows: readonly DatedRow[]) {
  const times = rows.flatMap(({ updatedAt }) => updatedAt ?? []).sort()
  return Object.values(Object.groupBy(times, westernDayOf)).map((day = []) => ({
    from: day[0],
    to: day.at(-1),
    rowCount: day.length,
  }))
}

/** The first day with one of its times moved. */
function shift(items: Group[], field: string, byMs: number): Group[] {
  const key = keyOf(items, field)
  return items.map((group, index) =>
    index === 0 ? { ...group, [key]: iso(Date.parse(group[key] ?? '') + byMs) } : group,
  )
}
