import { describe, expect, it } from 'vitest'
import { assertSameVersion } from '../src/list-faults.ts'
import {
  bucketsOf,
  type DatedRow,
  type Group,
  keyOf,
  makeDated,
  openGrouping,
  startGrouping,
  wholeOf,
} from './grouping-portal.ts'
import { FRESH_HEADERS, neverStop, openSource, sendJson, startPortal } from './scripted-portal.ts'

const at = (text: string): DatedRow => ({ id: `row-${text}`, updatedAt: text })

/** 25 rows, each of its own hour. */
const HOURLY = makeDated(25, (index) => Date.UTC(2019, 6, 1, index))
const DISAGREE = { code: 'SOURCE_ANSWERS_DISAGREE', kind: 'transient' }

/** The first group without its time. */
const bareOf = (items: Group[]): Group => ({ [keyOf(items, 'n')]: items[0]?.[keyOf(items, 'n')] ?? '' })

describe('a histogram is refused', () => {
  it('where the data change between two of its answers, and is right afterwards', async () => {
    const portal = await startGrouping(HOURLY)
    portal.state.onList = (index) => {
      // One row moves, so that the sum stays.
      if (index === 0) portal.state.rows = [...HOURLY.slice(1), at('2019-08-01T00:00:00.000Z')]
      if (index === 0) portal.state.dataVersion = 2
      return undefined
    }
    const source = openGrouping(portal, 10)
    await expect(source.histogram({}, neverStop)).rejects.toMatchObject(DISAGREE)
    const { buckets, version } = await wholeOf(source.histogram({}, neverStop))
    expect(buckets).toEqual(bucketsOf(portal.state.rows))
    expect(version.value).toMatch(/#1\.2$/)
  })

  it.each([
    ['fewer', (items: Group[]) => items.slice(1)],
    ['more', (items: Group[]) => [{ ...items[0], [keyOf(items, 'n')]: '3' }, ...items.slice(1)]],
  ])('where it has %s rows than are counted', async (_case, change) => {
    const portal = await startGrouping(HOURLY, { onList: (_index, items) => change(items) })
    await expect(openGrouping(portal).histogram({}, neverStop)).rejects.toMatchObject(DISAGREE)
  })

  it.each([
    ['out of order', (items: Group[]) => items.toReversed()],
    ['twice', (items: Group[]) => [...items.slice(0, -1), items[0] ?? {}]],
    ['twice running', (items: Group[]) => [...items.slice(0, 1), ...items.slice(0, 1), ...items.slice(2)]],
    ['twice without a time', (items: Group[]) => [bareOf(items), bareOf(items), ...items.slice(2)]],
  ])('where a bucket comes %s', async (_case, change) => {
    const portal = await startGrouping(HOURLY, { onList: (_index, items) => change(items) })
    await expect(openGrouping(portal).histogram({}, neverStop)).rejects.toMatchObject(DISAGREE)
  })

  it('where a portal gives the same piece again and again', async () => {
    let first: Group[] = []
    const portal = await startGrouping(HOURLY)
    portal.state.onList = (index, items) => {
      if (index === 0) first = items
      const renamed = first.map((group) => {
        const [time, count] = Object.values(group)
        return { [keyOf(items, 'u')]: time ?? '', [keyOf(items, 'n')]: count ?? '' }
      })
      return items.length === 0 ? undefined : renamed
    }
    await expect(openGrouping(portal, 10).histogram({}, neverStop)).rejects.toMatchObject(DISAGREE)
    expect(portal.requests.length).toBeLessThan(6)
  })

  it('where rows of outside the range come', async () => {
    const portal = await startGrouping(HOURLY)
    portal.state.onList = (_index, items) =>
      items.map((group) => ({ ...group, [keyOf(items, 'u')]: '2018-01-01T00:00:00.000Z' }))
    const range = { from: '2019-07-01T03:00:00.000Z', to: '2019-07-01T03:00:00.000Z' }
    await expect(openGrouping(portal).histogram({ range }, neverStop)).rejects.toMatchObject(DISAGREE)
  })

  it.each([
    ['finer than a millisecond', '2019-07-01T00:00:00.123456Z', 'SOURCE_TIME_TOO_FINE', 'terminal'],
    ['that does not exist', '2019-02-30T00:00:00.000Z', 'SOURCE_BODY_INVALID', 'transient'],
    ['without a zone', '2019-07-01T00:00:00.000', 'SOURCE_BODY_INVALID', 'transient'],
    ['that is no time', 'yesterday', 'SOURCE_BODY_INVALID', 'transient'],
    ['of nothing', '', 'SOURCE_BODY_INVALID', 'transient'],
  ])('where a time comes %s', async (_case, time, code, kind) => {
    const portal = await startGrouping([at('2019-07-01T00:00:00.000Z')])
    portal.state.onList = (_index, items) => [{ ...items[0], [keyOf(items, 'u')]: time }]
    await expect(openGrouping(portal).histogram({}, neverStop)).rejects.toMatchObject({ code, kind })
  })

  it.each(['0', '', '-1', '1.5', 'x'])('where a bucket has %j rows', async (text) => {
    const portal = await startGrouping(HOURLY.slice(0, 1))
    portal.state.onList = (index, items) =>
      index === 0 ? [{ ...items[0], [keyOf(items, 'n')]: text }] : undefined
    await expect(openGrouping(portal).histogram({}, neverStop)).rejects.toMatchObject({
      code: 'SOURCE_BODY_INVALID',
    })
  })

  it('where the time came under another name, so that it only looks absent', async () => {
    const portal = await startGrouping(HOURLY.slice(0, 1))
    portal.state.onList = (_index, items) => [{ updated_at: 'x', [keyOf(items, 'n')]: '1' }]
    await expect(openGrouping(portal).histogram({}, neverStop)).rejects.toMatchObject({
      code: 'SOURCE_BODY_INVALID',
    })
  })

  it.each([
    { from: '2019-07-01', to: '2019-07-02' },
    { from: '2019-07-02T00:00:00.000Z', to: '2019-07-01T00:00:00.000Z' },
    { from: "x' OR ''='", to: '2019-07-01T00:00:00.000Z' },
  ])('for the range %j before anything is sent', async (range) => {
    const portal = await startGrouping(HOURLY)
    await expect(openGrouping(portal).histogram({ range }, neverStop)).rejects.toThrow(RangeError)
    expect(portal.requests).toHaveLength(0)
  })

  it('when the signal fires in the middle', async () => {
    const stop = new AbortController()
    const portal = await startGrouping(HOURLY)
    portal.state.onList = (index) => {
      if (index === 1) stop.abort()
      return undefined
    }
    await expect(openGrouping(portal, 10).histogram({}, stop.signal)).rejects.toMatchObject({
      code: 'INTERRUPTED',
      kind: 'interrupted',
    })
    expect(portal.lists().length).toBeLessThan(3)
  })
})

describe('a histogram of a portal without version headers', () => {
  it('has the version of the metadata, the same before and after', async () => {
    const portal = await startGrouping(HOURLY, { tellsVersion: false })
    const source = openGrouping(portal)
    const { version } = await wholeOf(source.histogram({}, neverStop))
    expect(version).toEqual({ kind: 'metadata', value: new Date(1_500_000_001_000).toISOString() })
    expect(source.requestCount).toBe(4)
  })

  it('is refused where that changes meanwhile', async () => {
    const portal = await startGrouping(HOURLY, { tellsVersion: false })
    portal.state.onList = () => {
      portal.state.dataVersion += 1
      return undefined
    }
    await expect(openGrouping(portal).histogram({}, neverStop)).rejects.toMatchObject(DISAGREE)
  })

  it.each([[true], [false]])(
    'is refused where only some answers have them (the first: %s)',
    async (tells) => {
      const portal = await startGrouping(HOURLY, { tellsVersion: tells })
      portal.state.onList = (index, items) => {
        if (index === 0) portal.state.tellsVersion = !tells
        return items
      }
      await expect(openGrouping(portal, 10).histogram({}, neverStop)).rejects.toMatchObject(DISAGREE)
    },
  )
})

it('a version of the headers is never that of the metadata', () => {
  const [url, value] = [new URL('http://x'), '2026-07-16T17:40:22.000Z']
  const assertSame = () => assertSameVersion(url, { kind: 'replica', value }, { kind: 'metadata', value })
  expect(assertSame).toThrow(expect.objectContaining(DISAGREE))
})

describe('a portal that does not answer a histogram', () => {
  const refusing = (status: number, code: string) =>
    startPortal((request, response) => {
      const isList = request.url?.includes('group')
      if (!isList)
        return sendJson(
          response,
          [{ [/n_[a-z0-9]+/.exec(request.url ?? '')?.[0] ?? '']: '7' }],
          FRESH_HEADERS,
        )
      response
        .writeHead(status)
        .end(JSON.stringify({ errorCode: code, message: 'no', data: { column: ':updated_at' } }))
    })

  it.each(['query.soql.no-such-function', 'query.soql.no-such-column', 'query.soql.column-not-in-group-bys'])(
    'by 400 %s is known by a code of its own',
    async (code) => {
      const source = openSource(await refusing(400, code))
      const expected = {
        code: 'SOURCE_GROUPING_REFUSED',
        kind: 'terminal',
        message: expect.stringContaining(`(400 ${code})`),
        context: expect.objectContaining({ status: 400, portalCode: code }),
      }
      await expect(source.histogram({}, neverStop)).rejects.toMatchObject(expected)
      await expect(source.days(neverStop)).rejects.toMatchObject(expected)
    },
  )

  it.each([
    [500, 'SOURCE_UNAVAILABLE'],
    [429, 'SOURCE_THROTTLED'],
    [408, 'SOURCE_TIMEOUT'],
    [403, 'SOURCE_FORBIDDEN'],
  ])('by %i keeps its fault', async (status, code) => {
    const source = openSource(await refusing(status, ''))
    await expect(source.histogram({}, neverStop)).rejects.toMatchObject({ code })
  })
})
