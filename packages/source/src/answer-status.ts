import type { Fault, FaultKind } from '@gather/platform'
import { answerFault } from './errors.ts'
import { parseHttpDate, parseRetryAfterMs } from './http-date.ts'
import type { RawAnswer } from './http-get.ts'
import type { PortalMessage } from './portal-message.ts'

/** What was asked: rows come from a replica that may be loading, the view's metadata from the front. */
export type Subject = 'rows' | 'metadata'

interface StatusRule {
  readonly code: string
  readonly kind: FaultKind
  /** Follows the number in the message; with the mend where the reader can do something. */
  readonly words: string
}

const CLOSED = 'only data sets that anyone may read can be gathered'
const THROTTLED = 'the portal throttles; an app token for this host in SOCRATA_APP_TOKENS raises its limit'

const RULES: Readonly<Record<number, StatusRule>> = {
  202: { code: 'SOURCE_NOT_READY', kind: 'transient', words: 'the portal is still working on the answer' },
  400: { code: 'SOURCE_QUERY_REFUSED', kind: 'terminal', words: 'the portal does not understand the query' },
  401: { code: 'SOURCE_UNAUTHORIZED', kind: 'terminal', words: `the portal wants a login; ${CLOSED}` },
  403: { code: 'SOURCE_FORBIDDEN', kind: 'terminal', words: `the portal does not allow it; ${CLOSED}` },
  404: {
    code: 'SOURCE_NOT_FOUND',
    kind: 'terminal',
    words: 'no such data set on this portal; check url and dataset',
  },
  408: {
    code: 'SOURCE_TIMEOUT',
    kind: 'transient',
    words: 'the query took the portal too long; lower page_rows',
  },
  429: { code: 'SOURCE_THROTTLED', kind: 'transient', words: THROTTLED },
}

/** A replica answers 404 while it loads the data set anew. */
const LOADING: StatusRule = {
  code: 'SOURCE_NOT_FOUND',
  kind: 'transient',
  words: 'the portal has no rows of this data set just now',
}

/** Statuses that {@link RULES} does not name, by their first digit. */
const CLASS_RULES: Readonly<Record<number, StatusRule>> = {
  2: { code: 'SOURCE_BODY_INVALID', kind: 'transient', words: 'a success without the rows asked for' },
  3: { code: 'SOURCE_REDIRECTED', kind: 'terminal', words: 'redirects are not followed' },
  4: { code: 'SOURCE_QUERY_REFUSED', kind: 'terminal', words: 'the portal refuses the request' },
  5: { code: 'SOURCE_UNAVAILABLE', kind: 'transient', words: 'the portal failed' },
}
const UNKNOWN: StatusRule = { code: 'SOURCE_BODY_INVALID', kind: 'transient', words: 'no known status' }

export interface RefusedAnswer {
  readonly url: URL
  readonly subject: Subject
  readonly answer: RawAnswer
  readonly portal: PortalMessage
  readonly nowMs: number
}

/** The fault that an answer other than 200 stands for. */
export function statusFault({ url, subject, answer, portal, nowMs }: RefusedAnswer): Fault {
  const { status, headers } = answer
  if (portal.code === 'query.soql.no-such-column') return missingColumn(url, portal)
  const rule = findRule(status, subject)
  const answeredAtMs = parseHttpDate(headers.date) ?? nowMs
  return answerFault({
    url,
    code: rule.code,
    kind: rule.kind,
    reason: `${status} ${rule.words}${nameTarget(url, answer)}${quote(portal)}`,
    retryAfterMs:
      rule.kind === 'transient' ? parseRetryAfterMs(headers['retry-after'], answeredAtMs) : undefined,
    context: {
      status,
      portalCode: portal.code || undefined,
      requestId: readId(headers['x-socrata-requestid']),
    },
  })
}

function findRule(status: number, subject: Subject): StatusRule {
  if (status === 404 && subject === 'rows') return LOADING
  return RULES[status] ?? CLASS_RULES[Math.floor(status / 100)] ?? UNKNOWN
}

function missingColumn(url: URL, portal: PortalMessage): Fault {
  const reason = `400 the data set has no column "${portal.column}" (any more); change that "from" in the topic file`
  const context = { status: 400, column: portal.column, portalCode: portal.code }
  return answerFault({ url, code: 'SOURCE_COLUMN_MISSING', kind: 'terminal', reason, context })
}

/** Only the host of a redirect: the rest of a location may carry anything. */
function nameTarget(url: URL, { status, headers: { location } }: RawAnswer): string {
  const isRedirect = status >= 300 && status < 400
  if (!isRedirect || location === undefined || !URL.canParse(location, url.href)) return ''
  const { host } = new URL(location, url.href)
  return ` (to "${host}"); if the portal has moved, write the new url into the topic file`
}

function quote(portal: PortalMessage): string {
  return portal.message === '' ? '' : `: "${portal.message}"`
}

function readId(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && /^[0-9a-z-]{1,64}$/i.test(value) ? value : undefined
}
