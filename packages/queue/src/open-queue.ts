import type { Logger } from '@gather/platform'
import { JobQueue } from './job-queue.ts'
import { connectOrFail, connectPatiently } from './redis-connection.ts'

/** Installations that share a Redis are kept apart by the name of their database. */
export const queuePrefix = (schema: string): string => `gather-${schema}`

/** The queues for a process that runs on: it waits for Redis as long as it takes. */
export function openQueue(redisUrl: string, prefix: string, log: Logger): JobQueue {
  return new JobQueue(
    connectPatiently(redisUrl, (error) => log.debug({ err: error }, 'queue.error')),
    prefix,
  )
}

/**
 * The queues for a command a person waits for.
 * @throws Fault `REDIS_UNREACHABLE` (unavailable) after `timeoutMs`, or `REDIS_ACCESS_DENIED` (terminal)
 */
export async function openQueueOrFail(
  redisUrl: string,
  prefix: string,
  timeoutMs: number,
): Promise<JobQueue> {
  return new JobQueue(await connectOrFail(redisUrl, timeoutMs), prefix)
}

/**
 * Looks at Redis by a connection of its own.
 * @throws Fault `REDIS_UNREACHABLE` (unavailable) after `timeoutMs`, or `REDIS_ACCESS_DENIED` (terminal)
 */
export async function probeRedis(redisUrl: string, prefix: string, timeoutMs: number) {
  const queue = await openQueueOrFail(redisUrl, prefix, timeoutMs)
  try {
    return { health: await queue.readHealth(), workerCount: await queue.countWorkers() }
  } finally {
    await queue.close()
  }
}
