import { tracingChannel } from 'node:diagnostics_channel'

/** Name of the diagnostics channel on which the phases of the work are told; its messages carry `{ name }`. */
export const PHASE_CHANNEL = 'gather:phase'

const channel = tracingChannel<object, { readonly name: string }>(PHASE_CHANNEL)

/**
 * Does a part of the work under a name such as `page.load`, for whoever profiles this process: {@link PHASE_CHANNEL} tells its
 * beginning and end. Where nobody listens it is a plain call.
 */
export function phase<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  return channel.tracePromise(work, { name })
}

/** {@link phase} for work that does not wait. */
export function phaseSync<Result>(name: string, work: () => Result): Result {
  return channel.traceSync(work, { name })
}

export interface PhaseWatcher {
  began?(name: string): void
  ended(name: string, durationMs: number): void
}

/**
 * Watches every phase that begins in this process from now on; also one whose work fails is told to end.
 * @returns ends it
 */
export function watchPhases({ began, ended }: PhaseWatcher): () => void {
  const startsMs = new WeakMap<object, number>()
  const end = (context: { readonly name: string }) => {
    const startMs = startsMs.get(context)
    if (startMs === undefined) return
    startsMs.delete(context)
    ended(context.name, performance.now() - startMs)
  }
  const subscriber = {
    start(context: { readonly name: string }) {
      startsMs.set(context, performance.now())
      began?.(context.name)
    },
    /** The call of a phase that waits has returned by then, but the phase goes on. */
    end(context: { readonly name: string }) {
      if ('result' in context || 'error' in context) end(context)
    },
    asyncStart() {},
    asyncEnd: end,
    error() {},
  }
  channel.subscribe(subscriber)
  return () => void channel.unsubscribe(subscriber)
}
