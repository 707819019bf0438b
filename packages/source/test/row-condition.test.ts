import { LIMITS } from '@gather/platform'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedBetween, conditionBytes, cutConditions, rowIdIn } from '../src/index.ts'
import { startGrouping } from './grouping-portal.ts'
import { neverStop, openSource, sendJson, startPortal } from './scripted-portal.ts'

const FIRST = { from: '2019-07-01T00:00:00.000Z', to: '2019-07-01T00:00:00.000Z' }
const SECOND = { from: '2019-12-31T23:59:59.000Z', to: '2019-12-31T23:59:59.999Z' }

describe('the condition for rows that changed', () => {
  it('asks for each range up to the next millisecond', () => {
    expect(changedBetween([FIRST])).toBe(
      "((:updated_at >= '2019-07-01T00:00:00.000Z' AND :updated_at < '2019-07-01T00:00:00.001Z'))",
    )
    expect(changedBetween([FIRST, SECOND], true)).toBe(
      "((:updated_at >= '2019-07-01T00:00:00.000Z' AND :updated_at < '2019-07-01T00:00:00.001Z') OR " +
        "(:updated_at >= '2019-12-31T23:59:59.000Z' AND :updated_at < '2020-01-01T00:00:00.000Z') OR :updated_at IS NULL)",
    )
    expect(changedBetween([], true)).toBe('(:updated_at IS NULL)')
  })

  it('has an end that can be written', () => {
    const range = { from: FIRST.from, to: '9999-12-31T23:59:59.999Z' }
    expect(changedBetween([range])).toBe(
      "((:updated_at >= '2019-07-01T00:00:00.000Z' AND :updated_at <= '9999-12-31T23:59:59.999Z'))",
    )
  })

  it.each([
    ['no range', []],
    ['a day', [{ from: '2019-07-01', to: '2019-07-01' }]],
    ['a time that does not exist', [{ ...FIRST, to: '2019-07-32T00:00:00.000Z' }]],
    ['microseconds', [{ ...FIRST, to: '2019-07-01T00:00:00.000000Z' }]],
    ['an end before its beginning', [{ from: SECOND.from, to: FIRST.to }]],
    ['SoQL', [{ from: "' OR 1=1", to: FIRST.to }]],
  ])('is not made of %s', (_case, ranges) => {
    expect(() => changedBetween(ranges)).toThrow(RangeError)
  })
})

describe('the condition for row ids', () => {
  it('lists them, their quotes doubled', () => {
    expect(rowIdIn(['row-pdxn~kakk.kfji', "it's"])).toBe(":id in ('row-pdxn~kakk.kfji','it''s')")
  })

  it('is not made of none', () => {
    expect(() => rowIdIn([])).toThrow(RangeError)
  })
})

describe('cutting', () => {
  const ids = fc.array(fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }), { maxLength: 60 })
  const time = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  const ranges = fc.array(
    fc.tuple(time, time).map((ends) => {
      const [from = '', to = ''] = ends.map((end) => end.toISOString()).sort()
      return { from, to }
    }),
    { maxLength: 40 },
  )

  function expectTight<Item>(
    items: Item[],
    conditionOf: (items: readonly Item[]) => string,
    bytesMax: number,
  ) {
    const cuts = cutConditions(items, conditionOf, bytesMax)
    expect(cuts.flatMap((cut) => cut.items)).toEqual(items)
    for (const [index, cut] of cuts.entries()) {
      expect(cut.condition).toBe(conditionOf(cut.items))
      expect(cut.items.length === 1 || conditionBytes(cut.condition) <= bytesMax).toBe(true)
      const next = cuts[index + 1]?.items[0]
      if (next !== undefined)
        expect(conditionBytes(conditionOf([...cut.items, next]))).toBeGreaterThan(bytesMax)
    }
  }

  it('leaves out nothing, keeps the order, and fills each condition as far as it goes', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 40, max: 900 }), (each, bytesMax) =>
        expectTight(each, rowIdIn, bytesMax),
      ),
    )
    fc.assert(
      fc.property(ranges, fc.integer({ min: 150, max: 1_500 }), (each, bytesMax) =>
        expectTight(each, (some) => changedBetween(some), bytesMax),
      ),
    )
  })

  it('fills a condition to the last byte', () => {
    const bytesMax = conditionBytes(rowIdIn(['a', 'b']))
    expect(cutConditions(['a', 'b'], rowIdIn, bytesMax)).toHaveLength(1)
    expect(cutConditions(['a', 'b'], rowIdIn, bytesMax - 1)).toHaveLength(2)
    expect(cutConditions([], rowIdIn, bytesMax)).toEqual([])
  })

  it('counts the bytes of a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const url = new URL('http://x/')
        url.searchParams.set('a', text)
        expect(conditionBytes(text)).toBe(url.href.length - 'http://x/?a='.length)
      }),
    )
  })

  it('makes conditions with which pages, counts and lists can be asked for, fields by name', async () => {
    const portal = await startGrouping([])
    const source = openSource(portal)
    const columns = ['license_issue_date', 'license_number', 'animal_s_name', 'species']
    const rowIds = Array.from(
      { length: 1_000 },
      (_, index) => `row-pdxn~kakk.${String(index).padStart(4, '2')}`,
    )
    const cuts = cutConditions(rowIds, rowIdIn, source.filterBytesMax(columns))
    expect(cuts).toHaveLength(5)
    for (const { condition } of cuts) {
      await source.fetchPage({ columns, filter: condition, offset: 9_999_999_999, limit: 50_000 }, neverStop)
      await source.rowIds(condition, neverStop)
    }
    const urls = portal.requests.map(({ url = '' }) => url)
    expect(urls).toHaveLength(15)
    expect(urls.filter((url) => url.includes('species'))).toHaveLength(5)
    const longest = Math.max(...urls.map((url) => portal.url.length + url.length))
    expect(longest).toBeLessThanOrEqual(LIMITS.urlBytesMax)
    expect(longest).toBeGreaterThan(LIMITS.urlBytesMax - 100)
  })

  it('leaves room for the longest request for row ids, to the last byte', async () => {
    const portal = await startGrouping([])
    const random = () => 1 - Number.EPSILON / 2
    const source = openSource(portal, { random })
    const bytesMax = source.idFilterBytesMax()
    for (let restBytes = 0; restBytes < 40; restBytes += 1) {
      const filter = `:id in ('${'y'.repeat(bytesMax - restBytes - conditionBytes(rowIdIn([''])))}')`
      await source.rowIds(filter, neverStop)
    }
    const longest = Math.max(...portal.requests.map(({ url = '' }) => portal.url.length + url.length))
    expect(longest).toBeLessThanOrEqual(LIMITS.urlBytesMax)
    expect(longest).toBeGreaterThan(LIMITS.urlBytesMax - 20)
  })

  it('gives up names for the star where they would leave no room', async () => {
    const portal = await startPortal((_request, response) => sendJson(response, []))
    const source = openSource(portal)
    const columns = Array.from({ length: 200 }, (_, index) => `a_column_with_a_name_${index}`)
    const bytesMax = source.filterBytesMax(columns)
    expect(bytesMax).toBeGreaterThan(5_000)
    const filter = `x='${'y'.repeat(bytesMax - conditionBytes("x=''"))}'`
    await source.fetchPage({ columns, filter, offset: 9_999_999_999, limit: 50_000 }, neverStop)
    expect(portal.requests[0]?.url).toContain('select=*%2C%3Aid')
    const longer = source.fetchPage(
      { columns, filter: `${filter} `, offset: 9_999_999_999, limit: 50_000 },
      neverStop,
    )
    await expect(longer).rejects.toMatchObject({ code: 'SOURCE_URL_TOO_LONG' })
  })
})
