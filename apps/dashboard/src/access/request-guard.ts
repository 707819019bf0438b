import { type Answer, textAnswer } from '../answer.ts'
import type { AccessRules } from './access-rules.ts'
import { isAllowedHost } from './allowed-host.ts'
import { BASIC_CHALLENGE, createCredentialCheck } from './basic-auth.ts'
import { isChanging, isSameOrigin, type OriginHeaders } from './same-origin.ts'

/** What the guard looks at. */
export interface RequestFacts extends OriginHeaders {
  readonly method: string
  /** As it was sent, without the query. */
  readonly path: string
  readonly authorization: string | undefined
}

/** The one path that needs no credentials: for health checks of machines. Only this spelling of it. */
const OPEN_PATH = '/healthz'

/** Makes the guard that stands before every route: it returns the refusal, or undefined where the request may pass. */
export function createRequestGuard(rules: AccessRules) {
  const isKnown = rules.credentials && createCredentialCheck(rules.credentials)
  return (facts: RequestFacts): Answer | undefined => {
    if (!isAllowedHost(facts.host, rules.host))
      return textAnswer(403, 'This server does not answer to that host name.')
    if (isKnown && facts.path !== OPEN_PATH && !isKnown(facts.authorization))
      return textAnswer(401, 'User and password are needed.', { 'www-authenticate': BASIC_CHALLENGE })
    if (isChanging(facts.method) && !isSameOrigin(facts))
      return textAnswer(403, 'A request that changes something must come from a page of this server.')
    return undefined
  }
}
