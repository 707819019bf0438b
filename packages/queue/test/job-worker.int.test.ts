import { eventually } from '@gather/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pageJobId } from '../src/contracts.ts'
import { createLatch, type OwnQueue, openOwnQueue, pagesOf, untilAborted } from './own-queue.ts'

let own: OwnQueue
beforeEach(() => {
  own = openOwnQueue()
})
afterEach(() => own.close())

const [page, nextPage] = pagesOf(2)
const stateOf = (job = page!) => own.queue.pages.getJobState(pageJobId(job))
const untilActive = () => eventually('a page at work', async () => (await stateOf()) === 'active')

describe('a worker', () => {
  it('hands over what was enqueued, in its order', async () => {
    const seen: unknown[] = []
    await own.queue.enqueuePages(pagesOf(3))
    await own.startPages(async (data) => void seen.push(data)).ready()
    await eventually('all pages', () => seen.length === 3)
    expect(seen).toEqual(pagesOf(3).map((job) => ({ v: 1, ...job })))
  })

  it('does as many jobs at a time as it was told, never more', async () => {
    let atWork = 0
    let mostAtWork = 0
    let done = 0
    const latch = createLatch()
    const handler = async () => {
      mostAtWork = Math.max(mostAtWork, ++atWork)
      await latch.opened
      atWork--
      done++
    }
    own.startPages(handler, { concurrency: 3 })
    await own.queue.enqueuePages(pagesOf(8))
    await eventually('three at work', () => atWork === 3)
    latch.open()
    await eventually('the end of all', () => done === 8)
    expect(mostAtWork).toBe(3)
  })

  it('keeps a page that takes longer than the lock', async () => {
    const latch = createLatch()
    let runs = 0
    const handler = async () => {
      runs++
      await latch.opened
    }
    for (const _ of [1, 2]) own.startPages(handler, { lockMs: 400 })
    await own.queue.enqueuePages([page!])
    await untilActive()
    const lock = `${own.prefix}:pages:${pageJobId(page!)}:lock`
    const redis = new Redis(own.redisUrl)
    const seen: number[] = []
    for (let renewals = 0; renewals < 6; ) {
      const leftMs = await redis.pttl(lock)
      expect(leftMs).toBeGreaterThan(0)
      if (leftMs > (seen.at(-1) ?? 400)) renewals++
      seen.push(leftMs)
    }
    redis.disconnect()
    latch.open()
    await eventually('the end', async () => (await stateOf()) === 'completed')
    expect(runs).toBe(1)
  })

  it('that lost its lock tells the job by the signal, and the page is run again', async () => {
    const reasons: unknown[] = []
    let runs = 0
    const handler = async (_: unknown, signal: AbortSignal) => {
      if (++runs > 1) return
      await untilAborted(signal).finally(() => reasons.push(signal.reason))
    }
    own.startPages(handler, { lockMs: 400 })
    await own.queue.enqueuePages([page!])
    await untilActive()
    const redis = new Redis(own.redisUrl)
    await redis.set(`${own.prefix}:pages:${pageJobId(page!)}:lock`, 'of another worker', 'PX', 500)
    redis.disconnect()
    await eventually('the end', async () => (await stateOf()) === 'completed')
    expect(reasons).toEqual(['the lock was lost'])
    expect(runs).toBe(2)
  })
})

describe('a worker that is told to stop', () => {
  it('lets its job end within the grace, and takes no other one', async () => {
    const latch = createLatch()
    const signals: AbortSignal[] = []
    const handler = async (_: unknown, signal: AbortSignal) => {
      signals.push(signal)
      await latch.opened
    }
    const worker = own.startPages(handler, { graceMs: 30_000 })
    await own.queue.enqueuePages([page!, nextPage!])
    await untilActive()
    const closed = worker.close()
    latch.open()
    await closed
    expect(await stateOf()).toBe('completed')
    expect(await stateOf(nextPage!)).toBe('waiting')
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  it('aborts its jobs after the grace, and they go back at once for another worker', async () => {
    const reasons: unknown[] = []
    const graceMs = 300
    const handler = (_: unknown, signal: AbortSignal) =>
      untilAborted(signal).finally(() => reasons.push(signal.reason))
    const worker = own.startPages(handler, { graceMs, concurrency: 2 })
    await own.queue.enqueuePages([page!, nextPage!])
    await eventually('two at work', async () => (await own.queue.pages.getActiveCount()) === 2)
    const startMs = performance.now()
    await worker.close()
    const tookMs = performance.now() - startMs
    expect(tookMs).toBeGreaterThan(graceMs - 20)
    expect(tookMs).toBeLessThan(graceMs + 2_000)
    expect(reasons).toEqual(['the worker is stopping', 'the worker is stopping'])
    // Not delayed, which is by the clock of this process: one that is wrong would keep them from others.
    expect(await own.queue.pages.getWaitingCount()).toBe(2)
    expect(await own.queue.findDeadPages([page!, nextPage!])).toEqual([])
    const done: number[] = []
    own.startPages(async ({ pageNo }) => void done.push(pageNo))
    await eventually('another worker', () => done.length === 2)
  })

  it('waits for a job that ends well in spite of the signal', async () => {
    const handler = (_: unknown, signal: AbortSignal) => untilAborted(signal).catch(() => {})
    const worker = own.startPages(handler, { graceMs: 0 })
    await own.queue.enqueuePages([page!])
    await untilActive()
    await worker.close()
    expect(await stateOf()).toBe('completed')
  })

  it('can be told so twice, at the same time and later', async () => {
    const worker = own.startPages((_, signal) => untilAborted(signal), { graceMs: 100 })
    await own.queue.enqueuePages([page!])
    await untilActive()
    await Promise.all([worker.close(), worker.close()])
    await worker.close()
    expect(await own.queue.findDeadPages([page!])).toEqual([])
  })

  it('is gone at once where it has nothing to do', async () => {
    const worker = own.startPages(() => Promise.resolve(), { graceMs: 30_000 })
    await worker.ready()
    const startMs = performance.now()
    await worker.close()
    expect(performance.now() - startMs).toBeLessThan(30_000)
    await eventually('no worker', async () => (await own.queue.countWorkers()) === 0)
  })

  it('before it was ready ends, too', async () => {
    await own.startPages(() => Promise.resolve()).close()
    await eventually('no worker', async () => (await own.queue.countWorkers()) === 0)
  })
})
