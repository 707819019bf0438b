import { type Reading, tryReading } from '@gather/platform'
import { createHealthProbe, type ServiceHealth, type Services } from '@gather/runs'
import { type Asset, readAssets } from './assets.ts'

/** What handlers work with. */
export interface DashboardContext {
  readonly services: Services
  /** What pages refer to, by name; read once. */
  readonly assets: ReadonlyMap<string, Asset>
  readonly version: string
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

/** @param version - of this package, for people and `/metrics` */
export function createContext(services: Services, version: string): DashboardContext {
  const onUnexpected = (err: Error) => services.log.error({ err }, 'dashboard.read_failed')
  return {
    services,
    assets: readAssets(),
    version,
    readHealth: createHealthProbe(services),
    read: (subject, work) => tryReading(work, { subject, limitMs: PAGE_LIMIT_MS, onUnexpected }),
  }
}
