import { isIP } from 'node:net'
import { invalidUrl, refusedHost } from './errors.ts'
import { createPublicAddressTest } from './public-address.ts'

/** A portal and one data set on it, checked. */
export interface PortalAddress {
  /** Scheme, host and port; no path. */
  readonly origin: string
  /** `host` or, with a port that is not the scheme's own, `host:port`. */
  readonly host: string
  readonly dataset: string
  /** On the user's list of hosts that may be private and speak plain http. */
  readonly isInsecure: boolean
}

export interface PortalAddressOptions {
  readonly url: string
  readonly dataset: string
  readonly insecureHosts: readonly string[]
}

const DATASET = /^[a-z0-9]{4}-[a-z0-9]{4}$/
const AUTHORITY = /^https?:\/\/([^/?#]*)/i

/**
 * Checks what a topic names before any packet is sent.
 * @throws Fault `SOURCE_URL_INVALID` or `SOURCE_HOST_REFUSED` (terminal)
 */
export function parsePortalAddress(options: PortalAddressOptions): PortalAddress {
  const url = parseUrl(options.url)
  if (!DATASET.test(options.dataset)) {
    throw invalidUrl(`data set "${options.dataset.slice(0, 40)}" is not an id such as jguv-t9rb`)
  }
  const isInsecure = options.insecureHosts.some((entry) => isHostEntry(url, entry))
  if (!isInsecure) assertPublicHttps(url)
  return { origin: url.origin, host: url.host, dataset: options.dataset, isInsecure }
}

/** True where `entry` (`host` or `host:port`, any case) names the URL's host; without a port it means the scheme's own. */
export function isHostEntry(url: URL, entry: string): boolean {
  const wanted = entry.toLowerCase()
  const defaultPort = url.protocol === 'https:' ? '443' : '80'
  return wanted === url.host || wanted === `${url.hostname}:${url.port || defaultPort}`
}

/** The token whose key names the portal's host exactly. */
export function findAppToken(portal: PortalAddress, tokens: ReadonlyMap<string, string>): string | undefined {
  const url = new URL(portal.origin)
  for (const [entry, token] of tokens) if (isHostEntry(url, entry)) return token
  return undefined
}

function parseUrl(text: string): URL {
  const authority = AUTHORITY.exec(text)?.[1]?.toLowerCase()
  if (!authority || !URL.canParse(text)) throw invalidUrl('it must be such as https://data.seattle.gov')
  if (authority.includes('@')) throw invalidUrl('it must not carry a user or password')
  const url = new URL(text)
  if (url.pathname !== '/' || url.search || url.hash) {
    throw invalidUrl(`it must end after the host: ${url.origin}`)
  }
  // What the parser had to rewrite (octal, decimal or short addresses, escapes) is written to be misread.
  const withPort = `${url.hostname}:${url.protocol === 'https:' ? '443' : '80'}`
  if (authority !== url.host && authority !== withPort) {
    throw invalidUrl(`its host must be written as "${url.host}"`)
  }
  return url
}

function assertPublicHttps(url: URL): void {
  if (url.protocol !== 'https:') throw refusedHost(url.host, 'it is asked over plain http')
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0 && !createPublicAddressTest()(literal)) {
    throw refusedHost(url.host, 'it is not a public address')
  }
}
