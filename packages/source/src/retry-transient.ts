import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs, Fault, isFault, LIMITS, withJitter } from '@gather/platform'

/** A person waits at the other end: beyond this they are told instead. */
const WAIT_MS_MAX = 120_000

export interface RetryOptions {
  /** Calls of the operation altogether, at least 1. */
  readonly attempts: number
  readonly signal: AbortSignal
  /** All waits together, milliseconds. @defaultValue two minutes */
  readonly waitMsMax?: number | undefined
  /** In [0, 1). */
  readonly random?: (() => number) | undefined
  /** Resolves after `delayMs`, rejects when the signal fires. */
  readonly sleep?: ((delayMs: number, signal: AbortSignal) => Promise<void>) | undefined
}

/**
 * Calls `operation` again after a transient fault, waiting as long as the fault asks, else with backoff and jitter. For callers
 * that the queue does not retry: the planner, the listener, `doctor`.
 * @throws the last Fault, once the attempts or the waiting time are used up; Fault `INTERRUPTED` when stopped while waiting
 */
export async function retryTransient<T>(operation: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, signal, waitMsMax = WAIT_MS_MAX, random, sleep = sleepAbortably } = options
  let waitedMs = 0
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation()
    } catch (error) {
      if (!isFault(error) || error.kind !== 'transient' || attempt >= attempts) throw error
      const backoff = withJitter(backoffMs(attempt, LIMITS.backoffMsBase, LIMITS.backoffMsMax), random)
      const delayMs = Math.max(error.retryAfterMs ?? 0, backoff)
      waitedMs += delayMs
      if (waitedMs > waitMsMax) throw error
      await sleep(delayMs, signal).catch((cause: unknown) => {
        throw stoppedWaiting(cause)
      })
    }
  }
}

async function sleepAbortably(delayMs: number, signal: AbortSignal): Promise<void> {
  await delay(delayMs, undefined, { signal })
}

function stoppedWaiting(cause: unknown): Fault {
  const message = 'stopped while waiting to ask the source again'
  return new Fault({ code: 'INTERRUPTED', kind: 'interrupted', message, cause })
}
