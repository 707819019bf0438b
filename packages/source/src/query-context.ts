import type { PortalAddress } from './portal-address.ts'
import type { PortalClient } from './portal-client.ts'

/** Sends one request, again where that may help, such as by `retryTransient`. */
export type RetryEach = <T>(request: () => Promise<T>, signal: AbortSignal) => Promise<T>

/** What a query that takes several requests works with. */
export interface QueryContext {
  readonly client: PortalClient
  readonly portal: PortalAddress
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Another one each time: as part of an alias it makes a URL that no cache has seen. */
  readonly freshName: () => string
  readonly retryEach: RetryEach
  /** Groups or row ids asked for at once. */
  readonly listRowsMax: number
}
