import type { AnswerCache } from './answer-cache.ts'
import type { BodyCache } from './body-cache.ts'
import type { FaultFunction } from './fault.ts'
import type { FaultSwitches } from './fault-switches.ts'
import type { PortalContext } from './portal-context.ts'

export interface RecordedRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly timeMs: number
}

/** What a portal that is being served remembers between requests. */
export interface PortalState {
  readonly context: PortalContext
  /** Encoded bodies, to spare work: no client can tell. */
  readonly bodies: BodyCache
  /** Answers that the fault `cached` gives again. */
  readonly answers: AnswerCache
  readonly requests: RecordedRequest[]
  readonly closing: AbortController
  readonly switches: FaultSwitches | undefined
  requestCount: number
  fault: FaultFunction | undefined
}
