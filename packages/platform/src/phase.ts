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
