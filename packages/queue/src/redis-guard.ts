import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, type Logger, toFault } from '@gather/platform'
import type { JobQueue } from './job-queue.ts'
import { mayEvict, type RedisHealth } from './redis-health.ts'

const LOOK_PAUSE_MS = 500

/**
 * Waits until Redis answers, or until `signal` fires, and looks whether it keeps what it is given. A Redis that does not
 * let us look is taken as it is.
 * @throws Fault `CONFIG_REDIS_EVICTS` (terminal): it throws away jobs that it has acknowledged when its memory is short
 */
export async function refuseEvictingRedis(
  queue: Pick<JobQueue, 'readHealth'>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const health = await awaitHealth(queue, signal)
  if (health === undefined || ['noeviction', 'unknown'].includes(health.evictionPolicy)) return
  if (mayEvict(health)) throw evicting(health)
  const message = `maxmemory-policy is ${health.evictionPolicy}: set it to noeviction before maxmemory is set`
  log.warn({ policy: health.evictionPolicy }, message)
}

async function awaitHealth(
  queue: Pick<JobQueue, 'readHealth'>,
  signal: AbortSignal,
): Promise<RedisHealth | undefined> {
  while (!signal.aborted) {
    try {
      return await queue.readHealth()
    } catch (error) {
      if (toFault(error).kind === 'terminal') return undefined
      await sleep(LOOK_PAUSE_MS, undefined, { signal }).catch(() => {})
    }
  }
  return undefined
}

function evicting({ evictionPolicy }: RedisHealth): Fault {
  const message = `Redis may throw jobs away: its maxmemory-policy is ${evictionPolicy}; set it to noeviction`
  return new Fault({ code: 'CONFIG_REDIS_EVICTS', kind: 'terminal', message })
}
