import type { DatasetHandle } from './dataset-handle.ts'
import type { OrderLoss } from './order-loss.ts'
import type { ReplicaTells } from './replica.ts'

/** The request that a fault function decides about. */
export interface FaultRequest {
  readonly path: string
  readonly query: URLSearchParams
  /** Path and query as sent. */
  readonly target: string
  /** 0-based, over all requests of the portal. */
  readonly requestIndex: number
  /** When it came, by the clock of the portal. */
  readonly timeMs: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The data set that the path names, if there is one. */
  readonly dataset?: DatasetHandle
}

/** A place in a body: so many bytes from its start, from its end when negative, or a share of it. */
export type BytePlace = number | `${number}%`

/**
 * How the end of a body is told: by chunks as on the live service, by a `Content-Length` (of the whole body, or of what
 * `truncate` leaves of it), or by closing the connection.
 */
export type Framing = 'chunked' | 'length' | 'close'

/**
 * What goes wrong with one answer. Bytes are those of the encoded body; milliseconds start when the request is read.
 * Where two actions of one request exclude each other, the first one holds.
 */
export type FaultAction =
  /** Another status with this body (none by default) instead of an answer. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string | Buffer
      readonly headers?: Readonly<Record<string, string>>
      readonly contentType?: string
    }
  /** 200 with this body. */
  | {
      readonly kind: 'body'
      readonly body: string | Buffer
      readonly contentType?: string
      readonly gzip?: boolean
    }
  /** The right answer, later. Several add up. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** No answer at all until the client or the portal closes. */
  | { readonly kind: 'hang' }
  /** The connection is destroyed after so many bytes of the body, with `reset` by a TCP reset. */
  | { readonly kind: 'cut'; readonly afterBytes: BytePlace; readonly of?: 'wire'; readonly reset?: boolean }
  /** The body ends after so many bytes as if that were all. */
  | { readonly kind: 'truncate'; readonly afterBytes: BytePlace }
  /** After so many bytes nothing more comes, and the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes: BytePlace }
  /** Behind the body blanks follow for as long as the client reads. */
  | { readonly kind: 'endless' }
  /** The body at this pace. */
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** One bit of one byte (bit 0 is the lowest) is turned over. */
  | { readonly kind: 'flip'; readonly atByte: BytePlace; readonly bit: number }
  /** Compressed or not, whatever the client asked for. */
  | { readonly kind: 'encode'; readonly gzip: boolean }
  | { readonly kind: 'framing'; readonly framing: Framing }
  /** The right answer with some headers replaced. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** The right answer with its body, before compression, replaced by what `edit` makes of it. */
  | { readonly kind: 'edit'; readonly edit: (body: Buffer) => Buffer }
  /** At most so many rows, whatever was asked for. */
  | { readonly kind: 'cap'; readonly limit: number }
  /** The rows as if `$order`, or the `:id` that ends it, had not been sent. */
  | { readonly kind: 'shuffle'; readonly loss: OrderLoss }
  /** `/resource` is answered by a replica that is so many changes (1 by default, 4 at most) behind. */
  | { readonly kind: 'replica'; readonly lag?: number; readonly tells?: ReplicaTells }
  /** What the same URL was answered first is answered again until it is so old, with its `Age`. */
  | { readonly kind: 'cached'; readonly maxAgeMs: number }
  /** The data set changes, then the request is answered. */
  | { readonly kind: 'mutate'; readonly apply: (dataset: DatasetHandle) => void }

/** Called once for each request; undefined, or an empty list, lets it be answered rightly. */
export type FaultFunction = (request: FaultRequest) => FaultAction | readonly FaultAction[] | undefined

export type ActionOf<Kind extends FaultAction['kind']> = Extract<FaultAction, { readonly kind: Kind }>

/** The actions of one kind, in their order. */
export function actionsOf<Kind extends FaultAction['kind']>(
  actions: readonly FaultAction[],
  kind: Kind,
): ActionOf<Kind>[] {
  return actions.filter((action): action is ActionOf<Kind> => action.kind === kind)
}

/** One function that asks each of several, and does what all of them say. */
export function combineFaults(faults: readonly FaultFunction[]): FaultFunction {
  return (request) => faults.flatMap((fault) => fault(request) ?? [])
}
