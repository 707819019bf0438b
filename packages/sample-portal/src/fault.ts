import type { DatasetHandle } from './dataset.ts'

/** The request that a fault function decides about. */
export interface FaultRequest {
  readonly path: string
  readonly query: URLSearchParams
  /** 0-based, over all requests of the portal. */
  readonly requestIndex: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The data set that the path names, if there is one. */
  readonly dataset?: DatasetHandle
}

/** What goes wrong with one answer. Bytes are those of the encoded body; milliseconds start when the request is read. */
export type FaultAction =
  /** Another status with this body (none by default) instead of an answer. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string | Buffer
      readonly headers?: Readonly<Record<string, string>>
      readonly contentType?: string
    }
  /** The right answer, later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The connection is destroyed after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly of?: 'wire' }
  /** The body ends after so many bytes as if that were all. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** 200 with this body. */
  | {
      readonly kind: 'body'
      readonly body: string | Buffer
      readonly contentType?: string
      readonly gzip?: boolean
    }
  /** No answer at all until the client or the portal closes. */
  | { readonly kind: 'hang' }
  /** The right answer at this pace. */
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** The right answer with some headers replaced. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** At most so many rows, whatever was asked for. */
  | { readonly kind: 'cap'; readonly limit: number }
  /** The data set changes, then the request is answered. */
  | { readonly kind: 'mutate'; readonly apply: (dataset: DatasetHandle) => void }

/** Called once for each request; undefined lets it be answered rightly. */
export type FaultFunction = (request: FaultRequest) => FaultAction | undefined
