import { LIMITS } from '@gather/platform'
import { readBodyRows } from './body-rows.ts'
import { countRows, fetchView } from './count-rows.ts'
import { readDays } from './days.ts'
import { readHistogram } from './histogram.ts'
import { createHttpGet } from './http-get.ts'
import { nameRefusal } from './name-refusal.ts'
import { findAppToken, type PortalAddress, parsePortalAddress } from './portal-address.ts'
import { createPortalClient, type PortalClient } from './portal-client.ts'
import type { QueryContext, RetryEach } from './query-context.ts'
import { pageUrl, selectedFields, spaceForFilter, spaceForListFilter, viewUrl } from './query-url.ts'
import { readReplicaVersion } from './replica-version.ts'
import { readRowIds } from './row-ids.ts'
import type { PageRequest, Source, SourcePage } from './source.ts'
import { describeView } from './view-document.ts'

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
  /** Groups or row ids asked for at once. @defaultValue `LIMITS.pageRowsMax` */
  readonly listRowsMax?: number | undefined
  /** Around each request of those that make up a histogram, days or row ids, so that one bad answer does not spoil them all. @defaultValue none */
  readonly retryEach?: RetryEach | undefined
  /** Told once, in a sentence without secrets, that the portal refused the app token and the source goes on without it. */
  readonly onWarning?: ((message: string) => void) | undefined
}

/**
 * A data set of a Socrata portal (SODA 2.1) as a {@link Source}. Opens no connection until it is asked, keeps connections alive
 * until `close`, follows no redirect, connects to public addresses only, and retries nothing but a refused app token.
 *
 * Faults of its methods. Transient: `SOURCE_UNREACHABLE`, `SOURCE_TIMEOUT`, `SOURCE_THROTTLED`, `SOURCE_UNAVAILABLE`,
 * `SOURCE_NOT_READY`, `SOURCE_BODY_INVALID`, `SOURCE_STALE_REPLICA`, `SOURCE_NOT_FOUND` (rows),
 * `SOURCE_JUST_CHANGED` (count and what is proven by one), `SOURCE_ANSWERS_DISAGREE` (histogram, days, row ids). Terminal:
 * `SOURCE_HOST_REFUSED`, `SOURCE_REDIRECTED`, `SOURCE_QUERY_REFUSED`, `SOURCE_COLUMN_MISSING`, `SOURCE_UNAUTHORIZED`,
 * `SOURCE_FORBIDDEN`, `SOURCE_NOT_FOUND` (metadata), `SOURCE_NOT_TABULAR`, `SOURCE_VERSION_MISSING`, `SOURCE_BODY_TOO_LARGE`,
 * `SOURCE_URL_TOO_LONG`, `SOURCE_GROUPING_REFUSED` and `SOURCE_TIME_TOO_FINE` (histogram, days, row ids). Interrupted:
 * `INTERRUPTED`, when the signal fires or the source is closed.
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
  const context: QueryContext = {
    client,
    portal,
    clock,
    freshName: () => Math.floor(random() * 2 ** 52).toString(36),
    retryEach: options.retryEach ?? ((request) => request()),
    listRowsMax: options.listRowsMax ?? LIMITS.pageRowsMax,
  }
  return {
    host: portal.host,
    get requestCount() {
      return client.requestCount
    },
    async describe(signal) {
      const url = viewUrl(portal)
      return describeView(url, await fetchView(context, signal))
    },
    count: (filter, signal) => countRows(context, filter, signal),
    fetchPage: (request, signal) => fetchPage(client, portal, request, signal),
    histogram: (request, signal) => nameRefusal(() => readHistogram(context, request, signal)),
    days: (signal) => nameRefusal(() => readDays(context, signal)),
    rowIds: (filter, signal) => nameRefusal(() => readRowIds(context, filter, signal)),
    filterBytesMax: (columns) => spaceForFilter(portal, columns),
    idFilterBytesMax: () => spaceForListFilter(portal),
    async close() {
      http.close()
    },
  }
}

async function fetchPage(
  client: PortalClient,
  portal: PortalAddress,
  request: PageRequest,
  signal: AbortSignal,
): Promise<SourcePage> {
  const url = pageUrl(portal, request)
  const { headers, body } = await client.get(url, 'rows', signal)
  const version = readReplicaVersion(url, headers)
  const asked = { fields: selectedFields(request.columns), limit: request.limit }
  return { rows: readBodyRows(url, body, asked), version, bodyBytes: body.length }
}
