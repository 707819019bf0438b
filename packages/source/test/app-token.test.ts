import { describe, expect, it, vi } from 'vitest'
import { fetchOne, neverStop, openSource, type Script, sendJson, startPortal } from './scripted-portal.ts'

const TOKEN = 'canary-Token-123'
const REFUSAL = { code: 'permission_denied', error: true, message: `Invalid app_token specified: ${TOKEN}` }

const refuseToken: Script = (request, response) => {
  if (request.headers['x-app-token'] === undefined) return sendJson(response, [])
  response.writeHead(403).end(JSON.stringify(REFUSAL))
}

async function openWithToken(script: Script, onWarning?: (message: string) => void) {
  const portal = await startPortal(script)
  const source = openSource(portal, { appTokens: new Map([[portal.host, TOKEN]]), onWarning })
  return { portal, source }
}

describe('an app token', () => {
  it('goes to its own host in a header, never in the URL', async () => {
    const { portal, source } = await openWithToken((_request, response) => sendJson(response, []))
    await fetchOne(source)
    expect(portal.requests[0]?.headers['x-app-token']).toBe(TOKEN)
    expect(portal.requests[0]?.url).not.toContain(TOKEN)
  })

  it('of another host is not sent', async () => {
    const portal = await startPortal((_request, response) => sendJson(response, []))
    const appTokens = new Map([
      ['other.org', TOKEN],
      ['127.0.0.1', TOKEN],
      ['127.0.0.1:1', TOKEN],
    ])
    await fetchOne(openSource(portal, { appTokens }))
    expect(portal.requests[0]?.headers).not.toHaveProperty('x-app-token')
  })

  it('that the portal refuses is dropped: one request is repeated without it, later ones go without', async () => {
    const onWarning = vi.fn()
    const { portal, source } = await openWithToken(refuseToken, onWarning)
    await expect(fetchOne(source)).resolves.toMatchObject({ rows: [] })
    await expect(fetchOne(source)).resolves.toMatchObject({ rows: [] })
    const sent = portal.requests.map((request) => request.headers['x-app-token'])
    expect(sent).toEqual([TOKEN, undefined, undefined])
    expect(source.requestCount).toBe(3)
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/SOCRATA_APP_TOKENS/))
    expect(onWarning).not.toHaveBeenCalledWith(expect.stringContaining(TOKEN))
  })

  it('that is refused for twenty requests at once warns once and fails none', async () => {
    const onWarning = vi.fn()
    const { source } = await openWithToken(refuseToken, onWarning)
    await Promise.all(Array.from({ length: 20 }, () => fetchOne(source)))
    expect(onWarning).toHaveBeenCalledOnce()
  })

  it('stays when a 403 has another reason', async () => {
    const { portal, source } = await openWithToken((_request, response) =>
      response.writeHead(403).end('{"code":"permission_denied","message":"You must be logged in"}'),
    )
    await expect(fetchOne(source)).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' })
    expect(portal.requests).toHaveLength(1)
  })

  it('is asked about once only: a portal that refuses no token too is a fault', async () => {
    const { portal, source } = await openWithToken((_request, response) =>
      response.writeHead(403).end(JSON.stringify(REFUSAL)),
    )
    await expect(fetchOne(source)).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN', kind: 'terminal' })
    expect(portal.requests).toHaveLength(2)
  })
})

/** Everything an error would print, its causes included. */
function printWhole(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = JSON.stringify(
    Object.fromEntries(Object.getOwnPropertyNames(error).map((key) => [key, Reflect.get(error, key)])),
  )
  return `${error.name} ${error.message} ${error.stack} ${own} ${printWhole(error.cause)}`
}

describe('no fault carries the app token', () => {
  const echo = JSON.stringify({ message: `bad ${TOKEN}`, errorCode: TOKEN, data: { column: TOKEN } })
  const missing = echo.replace(`"errorCode":"${TOKEN}"`, '"errorCode":"query.soql.no-such-column"')
  const scripts: Record<string, Script> = {
    'a portal that hangs up': (_request, response) => response.destroy(),
    'a portal that never answers': () => {},
    'a body that breaks off': (_request, response) =>
      response.writeHead(200).write('[', () => response.destroy()),
    'a body that echoes it': (_request, response) => response.end(`[{"x":"${TOKEN}"`),
    'HTML that echoes it': (_request, response) => response.end(`<html>${TOKEN}`),
    'an error that echoes it': (_request, response) => response.writeHead(400).end(echo),
    'a missing column of its name': (_request, response) => response.writeHead(400).end(missing),
    'a refusal that echoes it': (_request, response) => response.writeHead(403).end(JSON.stringify(REFUSAL)),
    'a redirect that carries it': (_request, response) =>
      response.writeHead(302, { Location: `https://u:${TOKEN}@x.org/${TOKEN}?t=${TOKEN}` }).end(),
    'an answer that is no HTTP': (_request, response) => response.socket?.end(`${TOKEN}\r\n\r\n`),
  }

  it.each(Object.keys(scripts))('after %s', async (name) => {
    const portal = await startPortal(scripts[name]!)
    const source = openSource(portal, { appTokens: new Map([[portal.host, TOKEN]]), timeoutMs: 200 })
    for (const outcome of [
      fetchOne(source),
      source.count(undefined, neverStop),
      source.describe(neverStop),
    ]) {
      const fault = await outcome.catch((error: unknown) => error)
      expect(fault).toBeInstanceOf(Error)
      expect(printWhole(fault)).not.toContain(TOKEN)
    }
  })
})
