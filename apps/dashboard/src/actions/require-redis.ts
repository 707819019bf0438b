import { Fault } from '@gather/platform'
import type { DashboardContext } from '../dashboard-context.ts'

/**
 * A run could be recorded without Redis, but the browser would wait for its jobs without end.
 * @throws Fault `REDIS_UNREACHABLE` (unavailable)
 */
export async function requireRedis(context: DashboardContext): Promise<void> {
  const { redis } = await context.readHealth()
  if (!redis.ok) throw new Fault({ code: 'REDIS_UNREACHABLE', kind: 'unavailable', message: redis.problem })
}
