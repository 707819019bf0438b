import type { Logger } from '@gather/platform'
import { JobQueue } from './job-queue.ts'
import { connectBounded, connectOrFail } from './redis-connection.ts'
import { reportChanges } from './report-changes.ts'

/** Installations that share a Redis are kept apart by the name of their database. */
export const queuePrefix = (schema: string): string => `gather-${schema}`

/** The queues for a process that runs on: its connection comes back by itself, its commands reject while Redis is away. */
export function openQueue(redisUrl: string, prefix: string, log: Logger): JobQueue {
  return new JobQueue(connectBounded(redisUrl, reportChanges(log)), prefix)
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
