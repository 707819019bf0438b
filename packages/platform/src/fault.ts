/**
 * What the one place that acts on an error does with it:
 * - `transient`: may work later; retried with backoff, costs an attempt.
 * - `terminal`: will never work as it is; the page or command fails at once.
 * - `moved`: the source is no longer at the planned version; closes the generation.
 * - `unavailable`: our own database or Redis is away; retried without costing an attempt.
 * - `interrupted`: this process was told to stop; costs no attempt.
 */
export const FAULT_KINDS = ['transient', 'terminal', 'moved', 'unavailable', 'interrupted'] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** Plain, secret-free facts about a fault. */
export type FaultContext = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface FaultOptions {
  readonly code: string
  readonly kind: FaultKind
  /** One plain sentence, with the mend where the reader can do something. */
  readonly message: string
  /** Milliseconds to wait before the next attempt, where the other side named them. */
  readonly retryAfterMs?: number | undefined
  readonly context?: FaultContext
  readonly cause?: unknown
}

/** The one error shape of this project: made at the border of the foreign library, translated in `queue` and the CLI. */
export class Fault extends Error {
  readonly code: string
  readonly kind: FaultKind
  readonly retryAfterMs: number | undefined
  readonly context: FaultContext

  constructor(options: FaultOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Fault'
    this.code = options.code
    this.kind = options.kind
    this.retryAfterMs = options.retryAfterMs
    this.context = options.context ?? {}
  }
}

/** True for a {@link Fault}, also one made by another copy of this package. */
export function isFault(error: unknown): error is Fault {
  return error instanceof Error && error.name === 'Fault' && 'kind' in error && 'code' in error
}

/** Any thrown thing as a {@link Fault}; what nobody foresaw is a terminal `UNEXPECTED`, its origin kept as `cause`. */
export function toFault(error: unknown): Fault {
  if (isFault(error)) return error
  const message = `unexpected: ${messageOf(error)}`
  return new Fault({ code: 'UNEXPECTED', kind: 'terminal', message, cause: error })
}

/** What any thrown thing says of itself; some things can't be made a text. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  try {
    return String(error)
  } catch {
    return 'something without a message'
  }
}
