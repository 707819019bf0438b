import { toFault } from '@gather/platform'
import { mayEvict, probeRedis, queuePrefix, type RedisHealth } from '@gather/queue'
import type { Check } from './doctor.ts'
import type { Services } from './services.ts'

const PROBE_MS = 5_000
const MEBIBYTE = 1024 * 1024

/** Redis: reachable, keeps acknowledged jobs, survives a restart, has workers. */
export async function checkRedis(services: Services): Promise<Check[]> {
  try {
    const prefix = queuePrefix(services.database.schema)
    const { health, workerCount } = await probeRedis(services.config.redisUrl, prefix, PROBE_MS)
    return [
      {
        subject: 'redis',
        verdict: 'ok',
        message: `Redis ${health.version}, ${workerCount} workers connected`,
      },
      evictionCheck(health),
      health.appendOnly
        ? { subject: 'redis', verdict: 'ok', message: 'append-only file is on' }
        : {
            subject: 'redis',
            verdict: 'warn',
            message:
              'the append-only file is off: a restart loses the queue, which costs time, not rows (appendonly yes)',
          },
      ...memoryCheck(health.memoryUsedBytes, health.memoryLimitBytes),
    ]
  } catch (error) {
    return [{ subject: 'redis', verdict: 'fail', message: toFault(error).message }]
  }
}

function evictionCheck(health: RedisHealth): Check {
  const policy = `maxmemory-policy is ${health.evictionPolicy}`
  if (health.evictionPolicy === 'noeviction') return { subject: 'redis', verdict: 'ok', message: policy }
  return mayEvict(health)
    ? {
        subject: 'redis',
        verdict: 'fail',
        message: `${policy}: Redis may throw jobs away, and worker and listener do not start; set it to noeviction`,
      }
    : {
        subject: 'redis',
        verdict: 'warn',
        message: `${policy}: set it to noeviction before maxmemory is set`,
      }
}

function memoryCheck(usedBytes: number, limitBytes: number): Check[] {
  if (limitBytes === 0 || usedBytes < limitBytes * 0.8) return []
  const figures = `${Math.round(usedBytes / MEBIBYTE)} of ${Math.round(limitBytes / MEBIBYTE)} MiB`
  return [
    {
      subject: 'redis',
      verdict: 'warn',
      message: `Redis has used ${figures} of its memory; raise maxmemory`,
    },
  ]
}
