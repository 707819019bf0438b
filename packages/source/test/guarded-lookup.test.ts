import type { LookupAddress } from 'node:dns'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createGuardedLookup, type ResolveAll } from '../src/guarded-lookup.ts'
import { createHttpGet } from '../src/http-get.ts'
import { createSocrataSource } from '../src/index.ts'
import { DATASET, neverStop, startPortal } from './scripted-portal.ts'

const toAddresses =
  (...addresses: string[]): ResolveAll =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

function lookUp(resolve: ResolveAll, all: boolean): Promise<string | LookupAddress[]> {
  return new Promise((done, fail) => {
    createGuardedLookup(resolve)('x.org', { all }, (error, address) => (error ? fail(error) : done(address)))
  })
}

describe('a name that leads inside', () => {
  it.each(['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1'])(
    'is refused for %s',
    async (address) => {
      await expect(lookUp(toAddresses(address), true)).rejects.toThrow(/not a public address/)
      await expect(lookUp(toAddresses('1.1.1.1', address), false)).rejects.toThrow(/not a public address/)
    },
  )

  it('sends no packet to the server it leads to, and ends in a terminal fault', async () => {
    const portal = await startPortal((_request, response) => response.end('[]'))
    const http = createHttpGet({
      publicOnly: true,
      timeoutMs: 5_000,
      bodyBytesMax: 1_000,
      resolve: toAddresses('127.0.0.1'),
    })
    onTestFinished(() => http.close())
    const url = new URL(portal.url.replace('127.0.0.1', 'attacker.example'))
    await expect(http.get(url, {}, neverStop)).rejects.toMatchObject({
      code: 'SOURCE_HOST_REFUSED',
      kind: 'terminal',
      message: expect.stringMatching(/127\.0\.0\.1.*INSECURE_SOURCE_HOSTS/),
    })
    expect(portal.requests).toHaveLength(0)
  })

  it('is judged at each connection, so a second answer of the resolver gains nothing', async () => {
    const answers = ['1.1.1.1', '127.0.0.1']
    const rebinding: ResolveAll = (name, options, callback) =>
      toAddresses(answers.shift() ?? '127.0.0.1')(name, options, callback)
    expect(await lookUp(rebinding, false)).toBe('1.1.1.1')
    await expect(lookUp(rebinding, false)).rejects.toThrow(/not a public address/)
  })

  it('is refused when it is localhost by its name', async () => {
    const portal = await startPortal((_request, response) => response.end('[]'))
    const url = `https://localhost:${portal.host.split(':')[1]}`
    const source = createSocrataSource({ url, dataset: DATASET, appTokens: new Map(), insecureHosts: [] })
    onTestFinished(() => source.close())
    await expect(source.count(undefined, neverStop)).rejects.toMatchObject({ code: 'SOURCE_HOST_REFUSED' })
  })
})

describe('a name that leads outside', () => {
  it('gives the socket the addresses that were judged', async () => {
    const resolve = toAddresses('1.1.1.1', '2606:4700::1111')
    expect(await lookUp(resolve, true)).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ])
  })

  it('passes on that a name does not exist', async () => {
    const missing: ResolveAll = (_name, _options, callback) =>
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND x.org'), { code: 'ENOTFOUND' }), [])
    await expect(lookUp(missing, true)).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })
})
