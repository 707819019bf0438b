import type { Dataset } from './dataset.ts'
import type { OrderLoss } from './order-loss.ts'
import type { Random } from './random.ts'
import type { ReplicaTells } from './replica.ts'
import type { TimeZone } from './time-zone.ts'

/** What every handler of a portal shares. */
export interface PortalContext {
  readonly datasets: ReadonlyMap<string, Dataset>
  readonly clock: () => number
  readonly random: Random
  readonly appTokens: readonly string[]
  readonly zone: TimeZone
}

/** A request as handlers see it. */
export interface PortalRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Set by a fault: no answer has more rows. */
  readonly rowLimit?: number
  /** Set by a fault: what of `$order` is forgotten. */
  readonly orderLoss?: OrderLoss
  /** Set by a fault: `/resource` is answered by the replica that is so many changes behind. */
  readonly replica?: { readonly lag: number; readonly tells: ReplicaTells }
}

/** A header of a request as one text, empty if absent. */
export function headerOf(request: PortalRequest, name: string): string {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : (value ?? '')
}
