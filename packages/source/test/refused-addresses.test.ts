import { describe, expect, it } from 'vitest'
import { createSocrataSource } from '../src/index.ts'
import { DATASET, startPortal } from './scripted-portal.ts'

/** The table of the security list: hosts of which none is asked, whoever names them. */
const HOSTS = [
  '127.0.0.1',
  '[::1]',
  '0.0.0.0',
  '[::]',
  '169.254.169.254',
  '[fd00:ec2::254]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '[::ffff:127.0.0.1]',
  '[::ffff:a00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '2130706433',
  '0x7f000001',
  '017700000001',
  '0177.0.0.1',
  '127.1',
  'user@127.0.0.1',
  'user:word@data.example.org',
  '127.0.0.1#.data.example.org',
  '127.0.0.1?.data.example.org',
  'data.example.org\\@127.0.0.1',
]
const REFUSED = { code: expect.stringMatching(/^SOURCE_(HOST_REFUSED|URL_INVALID)$/), kind: 'terminal' }
const options = { dataset: DATASET, appTokens: new Map<string, string>(), insecureHosts: ['127.0.0.1:1'] }

describe('S5: a host inside is refused before anything is sent', () => {
  it.each(HOSTS.flatMap((host) => [`https://${host}`, `http://${host}`, `https://${host}:8443`]))(
    '%s',
    (url) => {
      expect(() => createSocrataSource({ ...options, url })).toThrow(expect.objectContaining(REFUSED))
    },
  )

  it.each([
    'file:///etc/passwd',
    'ftp://data.example.org',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'unix:/run/redis.sock',
    'data:,x',
    'javascript:1',
  ])('%s', (url) => {
    expect(() => createSocrataSource({ ...options, url })).toThrow(
      expect.objectContaining({ code: 'SOURCE_URL_INVALID' }),
    )
  })

  it('also where a server listens there: it sees no connection', async () => {
    const portal = await startPortal((_request, response) => response.end('[]'))
    expect(() => createSocrataSource({ ...options, url: portal.url })).toThrow(
      expect.objectContaining(REFUSED),
    )
    expect(portal.requests).toHaveLength(0)
  })
})
