import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@gather/local-stack'
import { eventually } from '@gather/testing'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openQueueOrFail } from '../src/index.ts'
import { createLatch, type OwnQueue, openOwnQueue, pagesOf, untilAborted } from './own-queue.ts'

let dataDir: string
let server: Awaited<ReturnType<typeof startRedis>>
let redisUrl: string
let own: OwnQueue

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'redis-restart-'))
  server = await startRedis({ dataDir })
  redisUrl = server.url
})
afterAll(async () => {
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})
beforeEach(() => {
  own = openOwnQueue(redisUrl)
})
afterEach(async () => {
  if (isStopped) await restart()
  await own.close()
})

const askServer = async (url: string, ask: (redis: Redis) => Promise<unknown>) => {
  const redis = new Redis(url)
  await ask(redis).finally(() => redis.disconnect())
}

let isStopped = false
const stop = async () => {
  isStopped = true
  await server.stop()
}

/** The same data on the same port. */
const restart = async () => {
  server = await startRedis({ dataDir, port: server.port, password: new URL(redisUrl).password })
  isStopped = false
}

describe('Redis that restarts', () => {
  it('leaves an idle worker and a waiting queue as they were', async () => {
    const done: number[] = []
    await own.startPages(async ({ pageNo }) => void done.push(pageNo)).ready()
    await own.queue.enqueuePages(pagesOf(1))
    await eventually('the first page', () => done.length === 1)
    await stop()
    const enqueued = own.queue.enqueuePages(pagesOf(3).slice(1))
    await restart()
    await enqueued
    await eventually('the pages from the time it was away', () => done.length === 3)
    expect(done).toEqual([0, 1, 2])
  })

  it('under a job neither loses nor doubles it, nor those that wait', async () => {
    const latch = createLatch()
    const started: number[] = []
    own.startPages(async ({ pageNo }) => {
      started.push(pageNo)
      await latch.opened
    })
    await own.queue.enqueuePages(pagesOf(3))
    await eventually('a page at work', () => started.length === 1)
    await stop()
    await restart()
    expect(await own.queue.findDeadPages(pagesOf(3))).toEqual([])
    latch.open()
    await eventually('all pages', async () => (await own.queue.pages.getCompletedCount()) === 3)
    expect(started).toEqual([0, 1, 2])
  })

  it('while a job ends is told of its end afterwards', async () => {
    const latch = createLatch()
    let runs = 0
    own.startPages(async () => {
      runs++
      await latch.opened
    })
    await own.queue.enqueuePages(pagesOf(1))
    await eventually('a page at work', () => runs === 1)
    await stop()
    latch.open()
    await restart()
    await eventually('its end', async () => (await own.queue.pages.getCompletedCount()) === 1)
    expect(runs).toBe(1)
  })

  it('keeps a gate closed', async () => {
    await own.queue.gate.shut('a.org', 600_000)
    await stop()
    await restart()
    expect(await own.queue.gate.pauseMs('a.org')).toBeGreaterThan(500_000)
  })
})

describe('Redis that was emptied', () => {
  it('has only dead pages, which can be enqueued anew under the same ids', async () => {
    const done: number[] = []
    await own.queue.enqueuePages(pagesOf(2))
    await askServer(redisUrl, (redis) => redis.flushall())
    expect(await own.queue.findDeadPages(pagesOf(2))).toEqual(pagesOf(2))
    await own.queue.enqueuePages(pagesOf(2))
    own.startPages(async ({ pageNo }) => void done.push(pageNo))
    await eventually('both pages', () => done.length === 2)
  })

  it('while a worker waits for jobs does not stop it', async () => {
    const done: number[] = []
    await own.startPages(async ({ pageNo }) => void done.push(pageNo)).ready()
    await askServer(redisUrl, (redis) => redis.flushall())
    await own.queue.enqueuePages(pagesOf(2))
    await eventually('both pages', () => done.length === 2)
  })
})

describe('Redis that is away', () => {
  it.each(['idle', 'at work'])('does not keep a worker that is %s from stopping', async (state) => {
    const other = openOwnQueue(redisUrl)
    const reasons: unknown[] = []
    const worker = other.startPages((_, signal) =>
      untilAborted(signal).finally(() => reasons.push(signal.reason)),
    )
    await worker.ready()
    if (state === 'at work') {
      await other.queue.enqueuePages(pagesOf(1))
      await eventually('a page at work', async () => (await other.queue.pages.getActiveCount()) === 1)
    }
    await stop()
    const startMs = performance.now()
    await worker.close()
    expect(performance.now() - startMs).toBeLessThan(3_000)
    expect(reasons).toEqual(state === 'idle' ? [] : ['the worker is stopping'])
    await restart()
    await other.close()
  })

  it('is told to a running process by a fault, not by silence, and forgotten once it is back', async () => {
    const pages = pagesOf(2)
    await own.queue.enqueuePages(pages)
    await stop()
    const gone = { code: 'REDIS_UNREACHABLE', kind: 'unavailable' }
    const { queue } = own
    await Promise.all(
      [queue.findDeadPages(pages), queue.readHealth(), queue.gate.pauseMs('a.org')].map((asked) =>
        expect(asked).rejects.toMatchObject(gone),
      ),
    )
    await restart()
    expect(await own.queue.findDeadPages(pages)).toEqual([])
  })

  it('does not keep queues from being closed', async () => {
    const other = openOwnQueue(redisUrl)
    await other.queue.enqueuePages(pagesOf(1))
    await stop()
    await other.queue.close()
    await restart()
  })

  it('is told to a command, and found by it once it is back', async () => {
    await stop()
    const refused = openQueueOrFail(redisUrl, own.prefix, 300)
    await expect(refused).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' })
    const patient = openQueueOrFail(redisUrl, own.prefix, 30_000)
    await restart()
    const queue = await patient
    expect((await queue.readHealth()).appendOnly).toBe(true)
    await queue.close()
  })
})

// The last test: its server keeps nothing any more. (Back to append-only, it would refuse to stop for a while.)
describe('Redis with settings that lose jobs', () => {
  it('is found out', async () => {
    await askServer(redisUrl, (redis) =>
      redis.config('SET', 'maxmemory', '64mb', 'maxmemory-policy', 'allkeys-lru', 'appendonly', 'no'),
    )
    expect(await own.queue.readHealth()).toMatchObject({
      evictionPolicy: 'allkeys-lru',
      appendOnly: false,
      memoryLimitBytes: 64 * 1024 * 1024,
    })
  })
})
