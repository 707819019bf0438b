import { LIMITS } from '@gather/platform'
import { parseHttpDate } from './http-date.ts'
import { createHttpGet } from './http-get.ts'
import { findAppToken, type PortalAddress, parsePortalAddress } from './portal-address.ts'
import { createPortalClient, type PortalClient } from './portal-client.ts'
import { countUrl, pageUrl, viewUrl } from './query-url.ts'
import { readReplicaVersion } from './replica-version.ts'
import { parseCount, parseRows } from './row-document.ts'
import type { PageRequest, Source, SourceCount, SourcePage } from './source.ts'
import { describeView, parseView, versionOfView } from './view-document.ts'

export interface SocrataSourceOptions {
  /** The portal, such as `https://data.seattle.gov`. */
  readonly url: string
  /** The data set's id, such as `jguv-t9rb`. */
  readonly dataset: string
  /** Tokens by `host` or `host:port`; one is sent to exactly its own host. */
  readonly appTokens: ReadonlyMap<string, string>
  /** `host:port` of hosts that may speak plain http and have private addresses. */
  readonly insecureHosts: readonly string[]
  /** For one whole answer, milliseconds. @defaultValue `LIMITS.requestTimeoutMs` */
  readonly timeoutMs?: number | undefined
  /** Of one body, as sent and unpacked. @defaultValue `LIMITS.bodyBytesMax` */
  readonly bodyBytesMax?: number | undefined
  /** Milliseconds since 1970. */
  readonly clock?: (() => number) | undefined
  /** In [0, 1). */
  readonly random?: (() => number) | undefined
  /** Told once, in a sentence without secrets, that the portal refused the app token and the source goes on without it. */
  readonly onWarning?: ((message: string) => void) | undefined
}

/**
 * A data set of a Socrata portal (SODA 2.1) as a {@link Source}. Opens no connection until it is asked, keeps connections alive
 * until `close`, follows no redirect, connects to public addresses only, and retries nothing but a refused app token.
 *
 * Faults of its methods. Transient: `SOURCE_UNREACHABLE`, `SOURCE_TIMEOUT`, `SOURCE_THROTTLED`, `SOURCE_UNAVAILABLE`,
 * `SOURCE_NOT_READY`, `SOURCE_BODY_INVALID`, `SOURCE_STALE_REPLICA`, `SOURCE_NOT_FOUND` (rows). Terminal:
 * `SOURCE_HOST_REFUSED`, `SOURCE_REDIRECTED`, `SOURCE_QUERY_REFUSED`, `SOURCE_COLUMN_MISSING`, `SOURCE_UNAUTHORIZED`,
 * `SOURCE_FORBIDDEN`, `SOURCE_NOT_FOUND` (metadata), `SOURCE_NOT_TABULAR`, `SOURCE_VERSION_MISSING`, `SOURCE_BODY_TOO_LARGE`,
 * `SOURCE_URL_TOO_LONG`. Interrupted: `INTERRUPTED`, when the signal fires or the source is closed.
 * @throws Fault `SOURCE_URL_INVALID`, `SOURCE_HOST_REFUSED` (terminal), before any packet is sent
 * @see https://dev.socrata.com/docs/
 */
export function createSocrataSource(options: SocrataSourceOptions): Source {
  const { clock = Date.now, random = Math.random, bodyBytesMax = LIMITS.bodyBytesMax } = options
  const portal = parsePortalAddress(options)
  const timeoutMs = options.timeoutMs ?? LIMITS.requestTimeoutMs
  const http = createHttpGet({ publicOnly: !portal.isInsecure, timeoutMs, bodyBytesMax })
  const client = createPortalClient({
    http,
    host: portal.host,
    appToken: findAppToken(portal, options.appTokens),
    bodyBytesMax,
    clock,
    onWarning: options.onWarning ?? (() => {}),
  })
  return {
    host: portal.host,
    get requestCount() {
      return client.requestCount
    },
    async describe(signal) {
      const url = viewUrl(portal)
      return describeView(url, await fetchView(client, portal, signal))
    },
    async count(filter, signal) {
      const alias = `n_${Math.floor(random() * 2 ** 52).toString(36)}`
      return countRows({ client, portal, clock }, countUrl(portal, filter, alias), alias, signal)
    },
    fetchPage: (request, signal) => fetchPage(client, portal, request, signal),
    async close() {
      http.close()
    },
  }
}

interface CountContext {
  readonly client: PortalClient
  readonly portal: PortalAddress
  readonly clock: () => number
}

async function countRows(
  { client, portal, clock }: CountContext,
  url: URL,
  alias: string,
  signal: AbortSignal,
): Promise<SourceCount> {
  const { headers, json } = await client.get(url, 'rows', signal)
  const rowCount = parseCount(url, json, alias)
  const answeredAtMs = parseHttpDate(headers.date) ?? clock()
  const version =
    readReplicaVersion(url, headers) ??
    versionOfView(viewUrl(portal), await fetchView(client, portal, signal))
  return { rowCount, version, answeredAtMs }
}

async function fetchPage(
  client: PortalClient,
  portal: PortalAddress,
  request: PageRequest,
  signal: AbortSignal,
): Promise<SourcePage> {
  const url = pageUrl(portal, request)
  const { headers, json, bodyBytes } = await client.get(url, 'rows', signal)
  const version = readReplicaVersion(url, headers)
  return { rows: parseRows(url, json, request.limit), version, bodyBytes }
}

async function fetchView(client: PortalClient, portal: PortalAddress, signal: AbortSignal) {
  const url = viewUrl(portal)
  const { json } = await client.get(url, 'metadata', signal)
  return parseView(url, json)
}
