import { LIMITS } from '@gather/platform'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bucketsOf,
  type DatedRow,
  makeDated,
  openGrouping,
  startGrouping,
  wholeOf,
} from './grouping-portal.ts'
import { neverStop, openSource } from './scripted-portal.ts'

const START_MS = Date.UTC(2019, 6, 1)
const HOUR_MS = 3_600_000
const at = (text: string): DatedRow => ({ id: `row-${text}`, updatedAt: text })

/** 25 rows, each of its own hour. */
const HOURLY = makeDated(25, (index) => START_MS + index * HOUR_MS)

describe('a histogram', () => {
  it('is one bucket where thousands of rows share one time', async () => {
    const portal = await startGrouping(makeDated(5_000, () => START_MS))
    expect(await openGrouping(portal).histogram({}, neverStop)).toEqual({
      kind: 'whole',
      buckets: [{ updatedAt: '2019-07-01T00:00:00.000Z', rowCount: 5_000 }],
      rowCount: 5_000,
      version: { kind: 'replica', value: '2026-07-16T17:40:22.000Z#1.1' },
      answeredAtMs: expect.any(Number),
    })
    expect(portal.requests).toHaveLength(2)
  })

  it('is read piece by piece, each with an order and a limit, where every row has its own time', async () => {
    const portal = await startGrouping(HOURLY)
    const source = openGrouping(portal, 10)
    const { buckets, rowCount } = await wholeOf(source.histogram({}, neverStop))
    expect(buckets).toEqual(bucketsOf(HOURLY))
    expect(rowCount).toBe(25)
    expect(source.requestCount).toBe(4)
    for (const [index, query] of portal.lists().entries()) {
      expect(query.$select).toMatch(/^:updated_at as u_[a-z0-9]+,count\(\*\) as n_[a-z0-9]+$/)
      expect(query.$group).toMatch(/^u_[a-z0-9]+$/)
      expect(query).toMatchObject({ $order: query.$group, $limit: '10', $offset: String(index * 10) })
    }
  })

  it('asks for 50,000 at a time by itself', async () => {
    const portal = await startGrouping(HOURLY)
    await openSource(portal).histogram({}, neverStop)
    expect(portal.lists()[0]?.$limit).toBe(String(LIMITS.pageRowsMax))
  })

  it('makes sure by one more question where the last piece is full', async () => {
    const portal = await startGrouping(HOURLY.slice(0, 20))
    await openGrouping(portal, 10).histogram({}, neverStop)
    expect(portal.lists().map(({ $offset }) => $offset)).toEqual(['0', '10', '20'])
  })

  it('asks no URL twice, so that no cache answers', async () => {
    const portal = await startGrouping(HOURLY)
    const source = openGrouping(portal)
    for (let time = 0; time < 3; time += 1) await source.histogram({}, neverStop)
    expect(new Set(portal.requests.map(({ url }) => url)).size).toBe(6)
  })

  it('asks again for what is missing where the portal caps its answers', async () => {
    const portal = await startGrouping(HOURLY, { itemsMax: 4 })
    const { buckets } = await wholeOf(openGrouping(portal).histogram({}, neverStop))
    expect(buckets).toEqual(bucketsOf(HOURLY))
    expect(portal.lists()).toHaveLength(7)
  })

  it('has the rows without a time first', async () => {
    const rows = [at('2019-07-01T00:00:00.000Z'), { id: 'a', updatedAt: null }, { id: 'b', updatedAt: null }]
    const portal = await startGrouping(rows)
    const { buckets, rowCount } = await wholeOf(openGrouping(portal).histogram({}, neverStop))
    expect(buckets).toEqual([
      { updatedAt: null, rowCount: 2 },
      { updatedAt: '2019-07-01T00:00:00.000Z', rowCount: 1 },
    ])
    expect(rowCount).toBe(3)
  })

  it('is empty where there are no rows, by the word of both count and list', async () => {
    const portal = await startGrouping([])
    const histogram = await openGrouping(portal).histogram({}, neverStop)
    expect(histogram).toMatchObject({ kind: 'whole', buckets: [], rowCount: 0 })
    expect(portal.lists()).toHaveLength(1)
  })

  it('of a range has both its ends and nothing else', async () => {
    const rows = [...HOURLY, { id: 'null', updatedAt: null }]
    const portal = await startGrouping(rows)
    const range = { from: '2019-07-01T03:00:00.000Z', to: '2019-07-01T05:00:00.000Z' }
    const { buckets, rowCount } = await wholeOf(openGrouping(portal).histogram({ range }, neverStop))
    expect(buckets).toEqual(bucketsOf(HOURLY.slice(3, 6)))
    expect(rowCount).toBe(3)
    expect(portal.lists()[0]?.$where).toBe(
      "((:updated_at >= '2019-07-01T03:00:00.000Z' AND :updated_at < '2019-07-01T05:00:00.001Z'))",
    )
  })

  it('is given up early where there are more buckets than wanted', async () => {
    const portal = await startGrouping(HOURLY)
    const source = openGrouping(portal, 10)
    expect(await source.histogram({ bucketsMax: 12 }, neverStop)).toMatchObject({
      kind: 'tooMany',
      bucketsMax: 12,
      rowCount: 25,
      version: { value: '2026-07-16T17:40:22.000Z#1.1' },
    })
    expect(portal.lists()).toHaveLength(2)
    expect(await source.histogram({ bucketsMax: 3 }, neverStop)).toMatchObject({ kind: 'tooMany' })
    expect(portal.lists()[2]?.$limit).toBe('4')
    expect(await source.histogram({ bucketsMax: 25 }, neverStop)).toMatchObject({ kind: 'whole' })
  })

  it('writes times in one form', async () => {
    const times = ['2019-07-01T00:00:00Z', '2019-07-01T00:00:01.1Z', '2019-07-01T00:00:02.120000Z']
    const portal = await startGrouping(times.map(at))
    const { buckets } = await wholeOf(openGrouping(portal).histogram({}, neverStop))
    expect(buckets.map(({ updatedAt }) => updatedAt)).toEqual([
      '2019-07-01T00:00:00.000Z',
      '2019-07-01T00:00:01.100Z',
      '2019-07-01T00:00:02.120Z',
    ])
  })
})

it('any rows make the histogram that is computed from them, whatever the size of the pieces', async () => {
  const portal = await startGrouping([])
  const instant = fc.integer({ min: 0, max: 40 }).map((step) => new Date(START_MS + step * 7).toISOString())
  const rows = fc.array(fc.option(instant, { nil: null }), { maxLength: 60 })
  const limits = fc.record({
    listRowsMax: fc.integer({ min: 1, max: 50 }),
    itemsMax: fc.integer({ min: 1, max: 50 }),
  })
  const ends = fc.tuple(fc.nat(40 * 7), fc.nat(40 * 7))
  await fc.assert(
    fc.asyncProperty(rows, limits, ends, async (times, { listRowsMax, itemsMax }, [one, other]) => {
      portal.state.rows = times.map((updatedAt, index) => ({ id: `row-${index}`, updatedAt }))
      portal.state.itemsMax = itemsMax
      const source = openGrouping(portal, listRowsMax)
      const all = await wholeOf(source.histogram({}, neverStop))
      expect(all.buckets).toEqual(bucketsOf(portal.state.rows))
      const [from, to] = [Math.min(one, other), Math.max(one, other)].map((ms) =>
        new Date(START_MS + ms).toISOString(),
      )
      const range = { from: from ?? '', to: to ?? '' }
      const within = portal.state.rows.filter(
        ({ updatedAt: time }) => time !== null && time >= range.from && time <= range.to,
      )
      const part = await wholeOf(source.histogram({ range }, neverStop))
      expect(part.buckets).toEqual(bucketsOf(within))
      expect([all.rowCount, part.rowCount]).toEqual([times.length, within.length])
    }),
    { numRuns: 40 },
  )
})
