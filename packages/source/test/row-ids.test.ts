import { describe, expect, it } from 'vitest'
import { changedBetween } from '../src/index.ts'
import { type Group, keyOf, makeDated, openGrouping, startGrouping } from './grouping-portal.ts'
import { FRESH_HEADERS, neverStop, openSource, sendJson, startPortal } from './scripted-portal.ts'

const HOURLY = makeDated(25, (index) => Date.UTC(2019, 6, 1, index))
const DISAGREE = { code: 'SOURCE_ANSWERS_DISAGREE', kind: 'transient' }

describe('row ids', () => {
  it('are all there, in the order of the portal, piece by piece', async () => {
    const portal = await startGrouping(HOURLY)
    expect(await openGrouping(portal, 10).rowIds(undefined, neverStop)).toEqual({
      rows: HOURLY,
      rowCount: 25,
      version: { kind: 'replica', value: '2026-07-16T17:40:22.000Z#1.1' },
      answeredAtMs: expect.any(Number),
    })
    for (const [index, query] of portal.lists().entries()) {
      expect(query.$select).toMatch(/^:id as i_\w+,:updated_at as u_\w+$/)
      expect(query).toMatchObject({ $order: ':id', $limit: '10', $offset: String(index * 10) })
      expect(query).not.toHaveProperty('$group')
      expect(query).not.toHaveProperty('$where')
    }
    expect(new Set(portal.requests.map(({ url }) => url)).size).toBe(4)
  })

  it('are those under a condition', async () => {
    const portal = await startGrouping([...HOURLY, { id: 'null', updatedAt: null }])
    const source = openGrouping(portal, 2)
    const range = { from: '2019-07-01T03:00:00.000Z', to: '2019-07-01T05:00:00.000Z' }
    const { rows } = await source.rowIds(changedBetween([range]), neverStop)
    expect(rows).toEqual(HOURLY.slice(3, 6))
    const withoutTime = { id: 'null', updatedAt: null }
    expect((await source.rowIds(changedBetween([range], true), neverStop)).rows).toEqual([
      ...rows,
      withoutTime,
    ])
    expect((await source.rowIds(changedBetween([], true), neverStop)).rows).toEqual([withoutTime])
  })

  it('come whole from a portal that caps its answers', async () => {
    const portal = await startGrouping(HOURLY, { itemsMax: 10 })
    expect((await openGrouping(portal).rowIds(undefined, neverStop)).rows).toEqual(HOURLY)
  })

  it('are none where nothing meets the condition', async () => {
    const portal = await startGrouping(HOURLY)
    expect(await openGrouping(portal).rowIds(changedBetween([], true), neverStop)).toMatchObject({
      rows: [],
      rowCount: 0,
    })
  })

  it.each([
    ['one comes twice', (items: Group[]) => [...items.slice(0, -1), items[0] ?? {}]],
    ['one is missing', (items: Group[]) => items.slice(1)],
  ])('are refused where %s', async (_case, change) => {
    const portal = await startGrouping(HOURLY, { onList: (_index, items) => change(items) })
    await expect(openGrouping(portal).rowIds(undefined, neverStop)).rejects.toMatchObject(DISAGREE)
  })

  it('are refused where one comes twice because the order was lost between two pieces', async () => {
    const portal = await startGrouping(HOURLY)
    portal.state.onList = (_index, items) => {
      portal.state.rows = HOURLY.toReversed()
      return items
    }
    await expect(openGrouping(portal, 10).rowIds(undefined, neverStop)).rejects.toMatchObject(DISAGREE)
  })

  it('are refused where the data change between two pieces', async () => {
    const portal = await startGrouping(HOURLY)
    portal.state.onList = (index) => {
      if (index === 1) portal.state.dataVersion = 2
      return undefined
    }
    await expect(openGrouping(portal, 10).rowIds(undefined, neverStop)).rejects.toMatchObject(DISAGREE)
  })

  it.each([[{}], [{ i: '' }], [{ i: 7 }], [{ i: 'row\u001b[2J' }], [{ i: 'row-0', u: 'yesterday' }]])(
    'are refused where a row has %j for one',
    async (row: Record<string, unknown>) => {
      const portal = await startGrouping(HOURLY.slice(0, 1))
      portal.state.onList = (_index, items) => [
        Object.fromEntries(
          Object.entries(row).map(([field, value]) => [keyOf(items, field), value]),
        ) as Group,
      ]
      await expect(openGrouping(portal).rowIds(undefined, neverStop)).rejects.toMatchObject({
        code: 'SOURCE_BODY_INVALID',
      })
    },
  )

  it('are known to be refused by the portal, also where it refuses to count them', async () => {
    const portal = await startPortal((_request, response) =>
      response.writeHead(400).end('{"errorCode":"invalid-request"}'),
    )
    await expect(openSource(portal).rowIds(":updated_at > 'x'", neverStop)).rejects.toMatchObject({
      code: 'SOURCE_GROUPING_REFUSED',
      kind: 'terminal',
    })
  })
})

describe('requests of a list', () => {
  it('are each given to retryEach, which may ask again', async () => {
    let failures = 0
    const portal = await startGrouping(HOURLY)
    const stale = { ...FRESH_HEADERS, 'X-SODA2-Data-Out-Of-Date': 'true' }
    const flaky = await startPortal(async (request, response) => {
      failures += 1
      if (failures % 2 === 1) return sendJson(response, [], stale)
      const answer = await fetch(`${portal.url}${request.url}`)
      sendJson(
        response,
        await answer.json(),
        Object.fromEntries([...answer.headers].filter(([name]) => /^x-|etag/.test(name))),
      )
    })
    const twice = async <T>(request: () => Promise<T>) => request().catch(request)
    const source = openSource(flaky, { listRowsMax: 10, retryEach: twice })
    expect((await source.rowIds(undefined, neverStop)).rows).toEqual(HOURLY)
    expect(source.requestCount).toBe(8)
    expect(new Set(flaky.requests.map(({ url }) => url)).size).toBe(8)
  })

  it('are not repeated without it', async () => {
    const portal = await startPortal((_request, response) => response.writeHead(503).end())
    const ids = openSource(portal).rowIds(undefined, neverStop)
    await expect(ids).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    expect(portal.requests).toHaveLength(1)
  })
})
