import { describe, expect, it } from 'vitest'
import { fetchOne, neverStop, openSource, startPortal } from './scripted-portal.ts'

async function answerWith(status: number, body = '', headers: Record<string, string> = {}) {
  const portal = await startPortal((_request, response) => {
    response.writeHead(status, headers)
    response.end(body)
  })
  return openSource(portal)
}

describe('an answer to a page request', () => {
  it.each([
    [202, 'SOURCE_NOT_READY', 'transient'],
    [204, 'SOURCE_BODY_INVALID', 'transient'],
    [206, 'SOURCE_BODY_INVALID', 'transient'],
    [301, 'SOURCE_REDIRECTED', 'terminal'],
    [304, 'SOURCE_REDIRECTED', 'terminal'],
    [400, 'SOURCE_QUERY_REFUSED', 'terminal'],
    [401, 'SOURCE_UNAUTHORIZED', 'terminal'],
    [403, 'SOURCE_FORBIDDEN', 'terminal'],
    [404, 'SOURCE_NOT_FOUND', 'transient'],
    [406, 'SOURCE_QUERY_REFUSED', 'terminal'],
    [408, 'SOURCE_TIMEOUT', 'transient'],
    [410, 'SOURCE_QUERY_REFUSED', 'terminal'],
    [429, 'SOURCE_THROTTLED', 'transient'],
    [500, 'SOURCE_UNAVAILABLE', 'transient'],
    [502, 'SOURCE_UNAVAILABLE', 'transient'],
    [503, 'SOURCE_UNAVAILABLE', 'transient'],
    [504, 'SOURCE_UNAVAILABLE', 'transient'],
    [599, 'SOURCE_UNAVAILABLE', 'transient'],
  ])('of %d is %s, %s', async (status, code, kind) => {
    const source = await answerWith(status)
    await expect(fetchOne(source)).rejects.toMatchObject({ code, kind, context: { status } })
  })

  it('names request, status and reason, and keeps the query out of the message', async () => {
    const body = '{"error":true,"message":"Too\\nmany\\u0007 requests"}'
    const source = await answerWith(429, body, { 'Retry-After': '7' })
    await expect(fetchOne(source)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^\[GET\] "http:\/\/127.0.0.1:\d+\/resource\/abcd-1234.json": 429 .*SOCRATA_APP_TOKENS.*: "Too many requests"$/,
      ),
      retryAfterMs: 7_000,
    })
  })

  it.each([202, 429, 503])('of %d hands on how long to wait, in seconds or as a date', async (status) => {
    const date = { Date: 'Thu, 16 Jul 2026 17:40:22 GMT', 'Retry-After': 'Thu, 16 Jul 2026 17:40:30 GMT' }
    await expect(fetchOne(await answerWith(status, '', date))).rejects.toMatchObject({ retryAfterMs: 8_000 })
    const none = await answerWith(status)
    await expect(fetchOne(none)).rejects.toMatchObject({ retryAfterMs: undefined })
  })

  it('quotes a long message of the portal only in part', async () => {
    const source = await answerWith(400, JSON.stringify({ message: 'x'.repeat(5_000), errorCode: 'query.x' }))
    const fault = await fetchOne(source).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'SOURCE_QUERY_REFUSED', context: { portalCode: 'query.x' } })
    expect(String(fault).length).toBeLessThan(600)
  })

  it.each([
    ['its data', { errorCode: 'query.soql.no-such-column', message: 'x', data: { column: 'nmae' } }],
    ['its message', { errorCode: 'query.soql.no-such-column', message: 'e; No such column: nmae; position' }],
    ['the other shape', { code: 'query.soql.no-such-column', error: true, message: 'No such column: nmae' }],
  ])('that a column is missing names the column, out of %s', async (_case, body) => {
    const source = await answerWith(400, JSON.stringify(body))
    await expect(fetchOne(source)).rejects.toMatchObject({
      code: 'SOURCE_COLUMN_MISSING',
      kind: 'terminal',
      message: expect.stringContaining('"nmae"'),
    })
  })

  it.each(['<html>502</html>', '{"message":7}', '[]', 'null', '"text"', '{"message"', '\u0000'])(
    'keeps its status when its body is %j',
    async (body) => {
      await expect(fetchOne(await answerWith(502, body))).rejects.toMatchObject({
        code: 'SOURCE_UNAVAILABLE',
      })
    },
  )

  it('keeps its status when its gzip is damaged or its body has no end', async () => {
    const damaged = await answerWith(502, 'no gzip', { 'Content-Encoding': 'gzip' })
    await expect(fetchOne(damaged)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
    const endless = await answerWith(502, 'x'.repeat(10_000_000))
    await expect(fetchOne(endless)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' })
  })
})

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'of %d is not followed: nobody else sees a request or the token',
    async (status) => {
      const other = await startPortal((_request, response) => response.end('[]'))
      const portal = await startPortal((_request, response) => {
        response.writeHead(status, { Location: `${other.url}/resource/abcd-1234.json?canary=1` })
        response.end()
      })
      const source = openSource(portal, { appTokens: new Map([[portal.host, 'canary-token']]) })
      const fault = await fetchOne(source).catch((error: unknown) => error)
      expect(fault).toMatchObject({ code: 'SOURCE_REDIRECTED', kind: 'terminal' })
      expect(String(fault)).toContain(`"${other.host}"`)
      expect(String(fault)).not.toContain('canary')
      expect(other.requests).toHaveLength(0)
      expect(portal.requests).toHaveLength(1)
    },
  )
})

describe('an answer to a metadata request', () => {
  it('of 404 is final: there is no such data set', async () => {
    const source = await answerWith(404, '{"code":"not_found","error":true,"message":"Cannot find view"}')
    await expect(source.describe(neverStop)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      kind: 'terminal',
    })
  })

  it('of 403 says that the data set is closed', async () => {
    const source = await answerWith(403, '{"message":"You must be logged in","error":true}')
    await expect(source.describe(neverStop)).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
      message: expect.stringMatching(/anyone may read.*You must be logged in/),
    })
  })
})

it('a portal that nobody serves is unreachable', async () => {
  const portal = await startPortal(() => {})
  const source = openSource({ ...portal, url: 'http://127.0.0.1:1', host: '127.0.0.1:1' })
  await expect(fetchOne(source)).rejects.toMatchObject({
    code: 'SOURCE_UNREACHABLE',
    kind: 'transient',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})
