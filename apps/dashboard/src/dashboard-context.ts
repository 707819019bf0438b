import { type Reading, tryReading } from '@gather/platform'
import { createHealthProbe, type ServiceHealth, type Services } from '@gather/runs'
import type { Actions } from './actions/actions.ts'
import { type Asset, readAssets } from './assets.ts'
import { BoundedMap } from './bounded-map.ts'
import { LiveHub } from './live/live-hub.ts'
import type { PageCounts } from './read-page-counts.ts'
import type { ChartCache } from './topics/chart-cache.ts'

/** What handlers work with. */
export interface DashboardContext {
  readonly services: Services
  /** Page counts of runs that ended without success, by run id. */
  readonly endedCounts: BoundedMap<string, PageCounts>
  /** The event streams. */
  readonly live: LiveHub
  /** What pages refer to, by name; read once. */
  readonly assets: ReadonlyMap<string, Asset>
  readonly version: string
  readonly charts: ChartCache
  /** What forms work with; undefined where nothing may be changed. */
  readonly actions: Actions | undefined
  readHealth(): Promise<ServiceHealth>
  /** Reads from the database what a page shows, for as long as a person waits. */
  read<Value>(subject: string, work: Promise<Value>): Promise<Reading<Value>>
}

/** A request as handlers see it. */
export interface DashboardRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** The fields of a form that was sent; none with GET. */
  readonly form: URLSearchParams
}

const PAGE_LIMIT_MS = 10_000
const ENDED_COUNTS_MAX = 1_000

export type ContextOptions = Pick<DashboardContext, 'version' | 'charts' | 'actions'>

/** @param options - `version` is that of this package, for people and `/metrics` */
export function createContext(services: Services, options: ContextOptions): DashboardContext {
  const onUnexpected = (err: Error) => services.log.error({ err }, 'dashboard.read_failed')
  return {
    services,
    endedCounts: new BoundedMap(ENDED_COUNTS_MAX),
    live: new LiveHub(services.log),
    assets: readAssets(),
    ...options,
    readHealth: createHealthProbe(services),
    read: (subject, work) => tryReading(work, { subject, limitMs: PAGE_LIMIT_MS, onUnexpected }),
  }
}
