import { describe, expect, it } from 'vitest'
import { findAppToken, parsePortalAddress } from '../src/portal-address.ts'
import { DATASET } from './scripted-portal.ts'

const parse = (url: string, insecureHosts: string[] = []) =>
  parsePortalAddress({ url, dataset: DATASET, insecureHosts })

describe('a url that no request is sent to', () => {
  it.each([
    ['http://data.seattle.gov', 'SOURCE_HOST_REFUSED'],
    ['https://127.0.0.1', 'SOURCE_HOST_REFUSED'],
    ['https://10.1.2.3:8443', 'SOURCE_HOST_REFUSED'],
    ['https://169.254.169.254', 'SOURCE_HOST_REFUSED'],
    ['https://[::1]', 'SOURCE_HOST_REFUSED'],
    ['https://[::ffff:7f00:1]', 'SOURCE_HOST_REFUSED'],
    ['https://[::ffff:127.0.0.1]', 'SOURCE_URL_INVALID'],
    ['https://2130706433', 'SOURCE_URL_INVALID'],
    ['https://0x7f.1', 'SOURCE_URL_INVALID'],
    ['https://0177.0.0.1', 'SOURCE_URL_INVALID'],
    ['https://127.1', 'SOURCE_URL_INVALID'],
    ['https://１２７.0.0.1', 'SOURCE_URL_INVALID'],
    ['https://data%2eseattle.gov', 'SOURCE_URL_INVALID'],
    ['https://user@data.seattle.gov', 'SOURCE_URL_INVALID'],
    ['https://user:secret@data.seattle.gov', 'SOURCE_URL_INVALID'],
    ['https://data.seattle.gov\\@127.0.0.1', 'SOURCE_URL_INVALID'],
    ['https://data.seattle.gov/resource', 'SOURCE_URL_INVALID'],
    ['https://data.seattle.gov?x=1', 'SOURCE_URL_INVALID'],
    ['https://data.seattle.gov#x', 'SOURCE_URL_INVALID'],
    ['file:///etc/passwd', 'SOURCE_URL_INVALID'],
    ['//data.seattle.gov', 'SOURCE_URL_INVALID'],
    ['data.seattle.gov', 'SOURCE_URL_INVALID'],
    ['', 'SOURCE_URL_INVALID'],
  ])('%s ends in %s', (url, code) => {
    expect(() => parse(url)).toThrow(expect.objectContaining({ code, kind: 'terminal' }))
  })

  it('is told to be listed in INSECURE_SOURCE_HOSTS when it is private', () => {
    expect(() => parse('http://127.0.0.1:8080')).toThrow(/INSECURE_SOURCE_HOSTS/)
  })

  it('does not repeat a password', () => {
    expect(() => parse('https://user:canary-secret@x.org')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary-secret') }),
    )
  })

  it('stays refused when another port of the host is listed', () => {
    expect(() => parse('http://127.0.0.1:8081', ['127.0.0.1:8080'])).toThrow(/refused/)
  })
})

describe('a url that is used', () => {
  it('is a public https host, with or without the usual port', () => {
    const expected = { origin: 'https://data.seattle.gov', host: 'data.seattle.gov', isInsecure: false }
    expect(parse('https://data.seattle.gov')).toMatchObject(expected)
    expect(parse('https://Data.Seattle.gov:443/')).toMatchObject(expected)
  })

  it('may be http and private when host and port are listed', () => {
    const portal = parse('http://127.0.0.1:8080', ['other:1', '127.0.0.1:8080'])
    expect(portal).toMatchObject({ host: '127.0.0.1:8080', isInsecure: true })
  })
})

it.each(['', 'abcd', 'abcd-12345', '../../x-1234', 'ABCD-1234', 'abcd-1234/x'])(
  '%j is no data set id',
  (dataset) => {
    expect(() => parsePortalAddress({ url: 'https://x.org', dataset, insecureHosts: [] })).toThrow(/data set/)
  },
)

describe('an app token', () => {
  const find = (url: string, key: string) => findAppToken(parse(url), new Map([[key, 'token']]))

  it.each([
    ['https://x.org', 'x.org'],
    ['https://x.org', 'x.org:443'],
    ['https://x.org:8443', 'x.org:8443'],
  ])('of %s may stand under %s', (url, key) => {
    expect(find(url, key)).toBe('token')
  })

  it.each([
    ['https://x.org:8443', 'x.org'],
    ['https://x.org', 'x.org:8443'],
    ['https://www.x.org', 'x.org'],
    ['https://x.org', 'www.x.org'],
    ['https://x.org.evil.com', 'x.org'],
  ])('is not sent to %s when it stands under %s', (url, key) => {
    expect(find(url, key)).toBeUndefined()
  })
})
