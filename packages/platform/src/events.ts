import { channel } from 'node:diagnostics_channel'
import type { FaultKind } from './fault.ts'

/** What happens in the work and is worth counting, by name. What varies without bound, such as ids, is not part of it. */
export interface Events {
  /** A claim of a page is over: its rows are stored, or not. */
  'page.ended': {
    readonly topic: string
    readonly outcome: 'done' | 'released' | 'failed' | 'moved'
    /** Of what kept its rows from being stored. */
    readonly kind?: FaultKind
    readonly rowCount: number
  }
  /** A page job that had nothing to do: its page or run was over. */
  'page.idle': object
  /** A job that was not done, whatever becomes of it. */
  'job.rejected': { readonly queue: string; readonly kind: FaultKind }
  'source.requested': object
  /** An answer came whole. */
  'source.answered': { readonly byteCount: number }
  'run.ended': { readonly topic: string; readonly state: 'succeeded' | 'failed' | 'cancelled' }
  /** A comparison of ledger and queue is over. */
  'reconcile.ended': { readonly outcome: 'done' | 'failed' }
  /** Something that a death had left was put right. */
  'reconcile.mended': {
    readonly what: 'pages_enqueued' | 'runs_begun' | 'runs_settled' | 'runs_finished' | 'tables_dropped'
    readonly count: number
  }
  /** One run's trouble, left for the next comparison. */
  'reconcile.postponed': { readonly kind: FaultKind }
}

const channelOf = (name: keyof Events) => channel(`gather:${name}`)

/** Tells that something happened, for whoever counts it. Where nobody listens it is a look at a flag. */
export function tell<Name extends keyof Events>(name: Name, event: Events[Name]): void {
  const events = channelOf(name)
  if (events.hasSubscribers) events.publish(event)
}

/**
 * Hears of what happens in this process from now on.
 * @returns ends it
 */
export function onEvent<Name extends keyof Events>(
  name: Name,
  hear: (event: Events[Name]) => void,
): () => void {
  const events = channelOf(name)
  const subscriber = (event: unknown) => hear(event as Events[Name])
  events.subscribe(subscriber)
  return () => void events.unsubscribe(subscriber)
}
