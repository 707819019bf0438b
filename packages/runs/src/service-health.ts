import { type Reading, tryReading } from '@gather/platform'
import type { Services } from './services.ts'

/** Health checks and pages wait this long for a service. */
const PROBE_LIMIT_MS = 2_000

export interface ServiceHealth {
  readonly database: Reading<DatabaseFacts>
  readonly redis: Reading<RedisFacts>
}

export interface DatabaseFacts {
  readonly version: string
}

export interface RedisFacts {
  readonly version: string
  readonly workerCount: number
}

/**
 * Makes the probe of database and Redis. One question is under way per service at a time, whoever asks: an outage of
 * days does not pile up commands in the client that waits for Redis.
 */
export function createHealthProbe(services: Pick<Services, 'database' | 'queue' | 'log'>) {
  const askDatabase = shareWhilePending(() => readDatabaseFacts(services))
  const askRedis = shareWhilePending(() => readRedisFacts(services))
  const onUnexpected = (err: Error) => services.log.warn({ err }, 'health.probe_failed')
  return async (): Promise<ServiceHealth> => {
    const options = { limitMs: PROBE_LIMIT_MS, onUnexpected }
    const [database, redis] = await Promise.all([
      tryReading(askDatabase(), { subject: 'the database', ...options }),
      tryReading(askRedis(), { subject: 'Redis', ...options }),
    ])
    return { database, redis }
  }
}

/** Names of the services that do not answer: none where a process can work. */
export const listAway = ({ database, redis }: ServiceHealth): readonly string[] => [
  ...(database.ok ? [] : ['database']),
  ...(redis.ok ? [] : ['redis']),
]

async function readDatabaseFacts({ database }: Pick<Services, 'database'>): Promise<DatabaseFacts> {
  const [row] = await database.rows<DatabaseFacts>('SELECT VERSION() AS version')
  return { version: row?.version ?? 'unknown' }
}

async function readRedisFacts({ queue }: Pick<Services, 'queue'>): Promise<RedisFacts> {
  const { version } = await queue.readHealth()
  return { version, workerCount: await queue.countWorkers() }
}

/** Calls of the result share one call of `work` while that is pending. */
export function shareWhilePending<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let pending: Promise<Value> | undefined
  return () => {
    pending ??= work().finally(() => {
      pending = undefined
    })
    return pending
  }
}
