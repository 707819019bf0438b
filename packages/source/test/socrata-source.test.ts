import type { IncomingMessage } from 'node:http'
import { LIMITS } from '@gather/platform'
import { describe, expect, it } from 'vitest'
import {
  FRESH_HEADERS,
  fetchOne,
  makeRows,
  makeTag,
  neverStop,
  openSource,
  queryOf,
  sendJson,
  startPortal,
} from './scripted-portal.ts'

const VERSION = { kind: 'replica', value: '2026-07-16T17:40:22.000Z' }
const VIEW = {
  id: 'abcd-1234',
  name: 'Pet licences',
  viewType: 'tabular',
  rowsUpdatedAt: 1_784_223_622,
  columns: [
    { fieldName: 'name', dataTypeName: 'text', position: 1 },
    { fieldName: 'issued', dataTypeName: 'calendar_date', position: 2 },
    { fieldName: ':@computed_region_ab12_cd34', dataTypeName: 'number', position: 3 },
  ],
}

/** A portal that serves one view document and answers counts with `count`. */
function startCounting(count: unknown, headers: Record<string, string> = {}, view: unknown = VIEW) {
  return startPortal((request, response) => {
    if (request.url?.startsWith('/api/views/')) return sendJson(response, view)
    sendJson(response, typeof count === 'string' ? [{ [aliasOf(request)]: count }] : count, headers)
  })
}

function aliasOf(request: IncomingMessage | undefined): string {
  return queryOf(request).$select?.split(' as ')[1] ?? ''
}

describe('fetching a page', () => {
  it('asks for the columns by name, the row id and its time, in the order of the id', async () => {
    const rows = makeRows(3)
    const portal = await startPortal((_request, response) => sendJson(response, rows, FRESH_HEADERS))
    const request = { columns: ['name', 'issued', ':id'], filter: "name > 'A & B+C'", offset: 40, limit: 20 }
    const page = await fetchOne(openSource(portal), request)
    expect(page).toEqual({ rows, version: VERSION, bodyBytes: Buffer.byteLength(JSON.stringify(rows)) })
    expect(portal.requests[0]?.url).toMatch(/^\/resource\/abcd-1234\.json\?/)
    expect(queryOf(portal.requests[0])).toEqual({
      $select: 'name,issued,:id,:updated_at',
      $where: "name > 'A & B+C'",
      $order: ':id',
      $limit: '20',
      $offset: '40',
    })
    expect(portal.requests[0]?.headers).toMatchObject({
      'accept-encoding': 'gzip',
      accept: 'application/json',
    })
  })

  it('asks for all columns, star first, where the names would make the URL too long', async () => {
    const portal = await startPortal((_request, response) => sendJson(response, []))
    const columns = Array.from({ length: 300 }, (_, index) => `a_column_with_a_long_name_${index}`)
    await openSource(portal).fetchPage({ columns, offset: 0, limit: 5 }, neverStop)
    expect(queryOf(portal.requests[0]).$select).toBe('*,:id,:updated_at')
  })

  it('refuses a filter that no proxy would take', async () => {
    const portal = await startPortal((_request, response) => sendJson(response, []))
    const filter = `name in ('${'x'.repeat(LIMITS.urlBytesMax)}')`
    const source = openSource(portal)
    const expected = { code: 'SOURCE_URL_TOO_LONG', kind: 'terminal' }
    await expect(
      source.fetchPage({ columns: ['name'], filter, offset: 0, limit: 5 }, neverStop),
    ).rejects.toMatchObject(expected)
    await expect(source.count(filter, neverStop)).rejects.toMatchObject(expected)
    expect(portal.requests).toHaveLength(0)
  })

  it('knows no version where the portal sends none', async () => {
    const portal = await startPortal((_request, response) => sendJson(response, []))
    const page = await openSource(portal).fetchPage({ columns: ['name'], offset: 0, limit: 5 }, neverStop)
    expect(page.version).toBeUndefined()
  })

  it('is a fault on a stale replica, whatever rows it sent', async () => {
    const headers = { ...FRESH_HEADERS, 'X-SODA2-Data-Out-Of-Date': 'true' }
    const portal = await startPortal((_request, response) => sendJson(response, makeRows(5), headers))
    await expect(
      openSource(portal).fetchPage({ columns: ['name'], offset: 0, limit: 5 }, neverStop),
    ).rejects.toMatchObject({
      code: 'SOURCE_STALE_REPLICA',
      retryAfterMs: 5_000,
    })
  })
})

describe('counting', () => {
  it('brings the number, the version and the time of the answer', async () => {
    const etag = makeTag('alpha.7_1_229A1b2C3d4E5f6G7h8I9j0K-l_M1n')
    const headers = { ...FRESH_HEADERS, ETag: etag, Date: 'Thu, 16 Jul 2026 18:00:00 GMT' }
    const portal = await startCounting('51754', headers)
    const source = openSource(portal)
    expect(await source.count("name = 'x'", neverStop)).toEqual({
      rowCount: 51_754,
      version: { kind: 'replica', value: '2026-07-16T17:40:22.000Z#1.229' },
      answeredAtMs: Date.UTC(2026, 6, 16, 18),
    })
    expect(queryOf(portal.requests[0]).$where).toBe("name = 'x'")
    expect(source.requestCount).toBe(1)
  })

  it('uses another alias each time, so that no cache answers', async () => {
    const portal = await startCounting('7', FRESH_HEADERS)
    const source = openSource(portal)
    for (let time = 0; time < 10; time += 1) await source.count(undefined, neverStop)
    expect(new Set(portal.requests.map(aliasOf)).size).toBe(10)
    expect(queryOf(portal.requests[0]).$select).toMatch(/^count\(\*\) as n_[a-z0-9]+$/)
    expect(queryOf(portal.requests[0])).not.toHaveProperty('$where')
  })

  it("takes the version from the metadata where the headers don't tell it", async () => {
    const portal = await startCounting('7')
    const source = openSource(portal)
    const { version } = await source.count(undefined, neverStop)
    expect(version).toEqual({ kind: 'metadata', value: new Date(1_784_223_622_000).toISOString() })
    expect(source.requestCount).toBe(2)
  })

  it('is a terminal fault where neither tells a version', async () => {
    const portal = await startCounting('7', {}, { ...VIEW, rowsUpdatedAt: undefined })
    await expect(openSource(portal).count(undefined, neverStop)).rejects.toMatchObject({
      code: 'SOURCE_VERSION_MISSING',
      kind: 'terminal',
    })
  })

  it.each(['', '-1', '1.0', '1e3', ' 7', '0x10', 'NaN', '51,754', '9999999999999999'])(
    'does not take %j for a number',
    async (count) => {
      const portal = await startCounting(count, FRESH_HEADERS)
      await expect(openSource(portal).count(undefined, neverStop)).rejects.toMatchObject({
        code: 'SOURCE_BODY_INVALID',
      })
    },
  )

  it.each([[[]], [[{}]], [[{ count: '7' }]], [[{ n: 7 }]], [{ n: '7' }], [[{ n: '7' }, { n: '7' }]]])(
    'does not take %j for a count',
    async (body) => {
      const portal = await startCounting(body, FRESH_HEADERS)
      await expect(openSource(portal).count(undefined, neverStop)).rejects.toMatchObject({
        code: 'SOURCE_BODY_INVALID',
      })
    },
  )
})

describe('describing a data set', () => {
  const describeIt = async (view: unknown) =>
    openSource(await startCounting('0', {}, view)).describe(neverStop)

  it('brings its name and the columns that the publisher made', async () => {
    expect(await describeIt(VIEW)).toEqual({
      name: 'Pet licences',
      columns: [
        { fieldName: 'name', dataTypeName: 'text' },
        { fieldName: 'issued', dataTypeName: 'calendar_date' },
      ],
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('gives one fingerprint whatever the order, and another when a name or type changes', async () => {
    const [first, second] = VIEW.columns
    const fingerprintOf = async (...columns: unknown[]) =>
      (await describeIt({ ...VIEW, columns })).fingerprint
    const before = await fingerprintOf(first, second)
    expect(await fingerprintOf(second, first)).toBe(before)
    expect(await fingerprintOf(first)).not.toBe(before)
    expect(await fingerprintOf(first, { ...second, fieldName: 'issue_date' })).not.toBe(before)
    expect(await fingerprintOf(first, { ...second, dataTypeName: 'text' })).not.toBe(before)
  })

  it.each([
    ['a map', { ...VIEW, viewType: 'geo' }],
    ['a link', { name: 'x', viewType: 'href', columns: [] }],
    ['a set without columns', { name: 'x', viewType: 'tabular' }],
  ])('refuses %s', async (_case, view) => {
    await expect(describeIt(view)).rejects.toMatchObject({ code: 'SOURCE_NOT_TABULAR', kind: 'terminal' })
  })

  it.each([
    ['an array', []],
    ['no name', { columns: [] }],
    ['columns without names', { ...VIEW, columns: [{ dataTypeName: 'text' }] }],
    ['a time as text', { ...VIEW, rowsUpdatedAt: 'yesterday' }],
  ])('takes %s for a broken answer', async (_case, view) => {
    await expect(describeIt(view)).rejects.toMatchObject({ code: 'SOURCE_BODY_INVALID', kind: 'transient' })
  })
})
