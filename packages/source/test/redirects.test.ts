import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { fetchOne, neverStop, openSource, sendJson, startPortal } from './scripted-portal.ts'

const TOKEN = 'canary-Token-456'
const STATUSES = [301, 302, 303, 307, 308]

/** Addresses that a hostile portal would like to have asked by us. */
const INSIDE = [
  'http://127.0.0.1:80/',
  'https://127.0.0.1/',
  'http://[::1]/',
  'http://0.0.0.0/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1/',
  'http://192.168.0.1/',
  'http://[::ffff:127.0.0.1]/',
  'http://2130706433/',
  'http://0177.0.0.1/',
  'http://user@127.0.0.1/',
  'http://localhost/',
  'file:///etc/passwd',
  'data:application/json,[]',
  '//127.0.0.1/',
  '/resource/abcd-1234.json',
]

describe('S6: a redirect to another server', () => {
  it.each(STATUSES)(
    'of status %i is not followed, and that server sees neither request nor token',
    async (status) => {
      const second = await startPortal((_request, response) => sendJson(response, []))
      const first = await startPortal((request, response) =>
        response.writeHead(status, { Location: `${second.url}${request.url}` }).end(),
      )
      // The second host has a token of its own, so that not even that one may go out.
      const appTokens = new Map([first.host, second.host].map((host) => [host, TOKEN]))
      const source = openSource(first, { appTokens, insecureHosts: [first.host, second.host] })
      for (const asked of [
        () => fetchOne(source),
        () => source.count(undefined, neverStop),
        () => source.describe(neverStop),
      ])
        await expect(asked()).rejects.toMatchObject({ code: 'SOURCE_REDIRECTED', kind: 'terminal' })
      expect(first.requests.map((request) => request.headers['x-app-token'])).toEqual([TOKEN, TOKEN, TOKEN])
      expect(second.requests).toHaveLength(0)
    },
  )
})

describe('S5: a redirect inside', () => {
  it.each(INSIDE)('to %s is not followed', async (location) => {
    const portal = await startPortal((_request, response) =>
      response.writeHead(302, { Location: location }).end(),
    )
    await expect(fetchOne(openSource(portal))).rejects.toMatchObject({ code: 'SOURCE_REDIRECTED' })
    expect(portal.requests).toHaveLength(1)
  })
})

describe('S5: an address in what a portal sends', () => {
  it('is asked by no request: not in the metadata, in a row, or in a header', async () => {
    const second = await startPortal((_request, response) => sendJson(response, []))
    const links = { href: second.url, url: second.url, domain: second.host, ':@link': second.url }
    const headers = {
      Link: `<${second.url}>; rel="next"`,
      Refresh: `0; url=${second.url}`,
      'Content-Location': second.url,
    }
    const column = { fieldName: 'name', dataTypeName: 'text', renderTypeName: 'url', ...links }
    const portal = await startPortal((request, response) => {
      if (request.url?.startsWith('/api/views/'))
        return sendJson(
          response,
          { name: 'x', viewType: 'tabular', rowsUpdatedAt: 1, columns: [column], metadata: links, ...links },
          headers,
        )
      const alias = new URL(request.url ?? '/', 'http://x').searchParams.get('$select')?.split(' as ')[1]
      sendJson(response, alias === undefined ? [{ name: second.url, ...links }] : [{ [alias]: '1' }], headers)
    })
    const source = openSource(portal, { insecureHosts: [portal.host, second.host] })
    await expect(source.describe(neverStop)).resolves.toMatchObject({ name: 'x' })
    await expect(source.count(undefined, neverStop)).resolves.toMatchObject({ rowCount: 1 })
    await expect(fetchOne(source)).resolves.toMatchObject({ rows: [{ name: second.url }] })
    expect(second.requests).toHaveLength(0)
  })
})

describe('S6: a proxy that the environment names', () => {
  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])('in %s sees no request', async (name) => {
    const proxy = await startPortal((_request, response) => sendJson(response, []))
    vi.stubEnv(name, proxy.url)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    onTestFinished(() => void vi.unstubAllEnvs())
    const portal = await startPortal((_request, response) => sendJson(response, []))
    await fetchOne(openSource(portal, { appTokens: new Map([[portal.host, TOKEN]]) }))
    expect(portal.requests).toHaveLength(1)
    expect(proxy.requests).toHaveLength(0)
  })
})
