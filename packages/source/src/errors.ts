import { Fault, type FaultContext, type FaultKind } from '@gather/platform'

const QUERY_CHARS_MAX = 200
const STALE_RETRY_MS = 5_000

/** What {@link answerFault} says about one request that did not bring what was asked. */
export interface AnswerFaultOptions {
  readonly url: URL
  readonly code: string
  readonly kind: FaultKind
  /** What went wrong and, where the reader can do something, the mend; free of secrets. */
  readonly reason: string
  readonly retryAfterMs?: number | undefined
  readonly context?: FaultContext
  readonly cause?: unknown
}

/** A fault about a request, in the one form `[GET] "https://host/path": reason`; the query only goes to the context, shortened. */
export function answerFault(options: AnswerFaultOptions): Fault {
  const { url, code, kind, reason, retryAfterMs, cause } = options
  const context = { host: url.host, query: readableQuery(url), ...options.context }
  const message = `[GET] "${url.origin}${url.pathname}": ${reason}`
  return new Fault({ code, kind, message, retryAfterMs, context, cause })
}

function readableQuery(url: URL): string {
  const query = [...url.searchParams].map(([name, value]) => `${name}=${value}`).join('&')
  return query.length > QUERY_CHARS_MAX ? `${query.slice(0, QUERY_CHARS_MAX)}…` : query
}

export function invalidUrl(reason: string): Fault {
  return new Fault({ code: 'SOURCE_URL_INVALID', kind: 'terminal', message: `the source's url: ${reason}` })
}

export function refusedHost(host: string, reason: string, cause?: unknown): Fault {
  const message =
    `the source's host "${host}" is refused: ${reason}. ` +
    'A host of your own that you trust can be listed as host:port in INSECURE_SOURCE_HOSTS'
  return new Fault({ code: 'SOURCE_HOST_REFUSED', kind: 'terminal', message, context: { host }, cause })
}

export function interrupted(url: URL): Fault {
  return answerFault({ url, code: 'INTERRUPTED', kind: 'interrupted', reason: 'stopped while waiting' })
}

export function timedOut(url: URL, timeoutMs: number): Fault {
  const reason = `no complete answer within ${timeoutMs} ms; smaller pages (page_rows) may help`
  return answerFault({ url, code: 'SOURCE_TIMEOUT', kind: 'transient', reason })
}

export function unreachable(url: URL, cause: Error): Fault {
  return answerFault({ url, code: 'SOURCE_UNREACHABLE', kind: 'transient', reason: cause.message, cause })
}

export function invalidBody(url: URL, reason: string, cause?: Error): Fault {
  return answerFault({ url, code: 'SOURCE_BODY_INVALID', kind: 'transient', reason, cause })
}

export function tooLargeBody(url: URL, bodyBytesMax: number): Fault {
  const reason = `the answer has more than ${bodyBytesMax} bytes; lower page_rows in the topic file`
  return answerFault({ url, code: 'SOURCE_BODY_TOO_LARGE', kind: 'terminal', reason })
}

export function staleReplica(url: URL, reason: string): Fault {
  const code = 'SOURCE_STALE_REPLICA'
  return answerFault({ url, code, kind: 'transient', reason, retryAfterMs: STALE_RETRY_MS })
}
