import { type Answer, textAnswer } from '../answer.ts'
import type { AccessRules, Credentials } from './access-rules.ts'
import { isAllowedHost } from './allowed-host.ts'
import { BASIC_CHALLENGE, createCredentialCheck } from './basic-auth.ts'
import { createLoginLimit } from './login-limit.ts'
import { isChanging, isSameOrigin, type OriginHeaders } from './same-origin.ts'

/** What the guard looks at. */
export interface RequestFacts extends OriginHeaders {
  readonly method: string
  /** As it was sent, without the query. */
  readonly path: string
  readonly authorization: string | undefined
  /** The address at the other end of the connection. */
  readonly remoteAddress: string | undefined
}

/** The paths that need no credentials: for health checks of machines. Only this spelling of them. */
const OPEN_PATHS = ['/healthz', '/readyz']

/**
 * Makes the guard that stands before every route: it returns the refusal, or undefined where the request may pass.
 * @param clock - milliseconds, monotonic
 */
export function createRequestGuard(rules: AccessRules, clock?: () => number) {
  const refuseStranger = rules.credentials && createStrangerTest(rules.credentials, clock)
  return (facts: RequestFacts): Answer | undefined => {
    if (!isAllowedHost(facts.host, rules.host))
      return textAnswer(403, 'This server does not answer to that host name.')
    const refusal = OPEN_PATHS.includes(facts.path) ? undefined : refuseStranger?.(facts)
    if (refusal !== undefined) return refusal
    if (isChanging(facts.method) && !isSameOrigin(facts))
      return textAnswer(403, 'A request that changes something must come from a page of this server.')
    return undefined
  }
}

/** Refuses who does not send the credentials; who sent wrong ones too often is refused without a look at the next ones. */
function createStrangerTest(credentials: Credentials, clock: (() => number) | undefined) {
  const isKnown = createCredentialCheck(credentials)
  const limit = createLoginLimit(clock)
  return ({ authorization, remoteAddress }: RequestFacts): Answer | undefined => {
    const waitSeconds = authorization === undefined ? 0 : limit.waitSeconds(remoteAddress)
    if (waitSeconds > 0)
      return textAnswer(429, 'Too many wrong passwords.', { 'retry-after': String(waitSeconds) })
    if (isKnown(authorization)) return undefined
    if (authorization !== undefined) limit.countWrong(remoteAddress)
    return textAnswer(401, 'User and password are needed.', { 'www-authenticate': BASIC_CHALLENGE })
  }
}
