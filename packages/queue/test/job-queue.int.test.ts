import { randomBytes } from 'node:crypto'
import { LIMITS } from '@gather/platform'
import { eventually, requireService } from '@gather/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pageJobId, settleJobId } from '../src/contracts.ts'
import { openQueueOrFail } from '../src/index.ts'
import { createLatch, faultOf, type OwnQueue, openOwnQueue, pagesOf } from './own-queue.ts'

let own: OwnQueue
beforeEach(() => {
  own = openOwnQueue()
})
afterEach(() => own.close())

const stateOf = (page: ReturnType<typeof pagesOf>[number]) => own.queue.pages.getJobState(pageJobId(page))

describe('enqueuing pages', () => {
  it('twice is one job each', async () => {
    await own.queue.enqueuePages(pagesOf(3))
    await own.queue.enqueuePages(pagesOf(3))
    expect(await own.queue.pages.getWaitingCount()).toBe(3)
  })

  it('puts nothing but the page and the version of the contract into the job', async () => {
    const [page] = pagesOf(1)
    await own.queue.enqueuePages([page!])
    const job = await own.queue.pages.getJob(pageJobId(page!))
    expect(job?.data).toEqual({ v: 1, ...page })
  })

  it('of 1,200 goes in batches, so that no other client waits long', async () => {
    const addBulk = vi.spyOn(own.queue.pages, 'addBulk')
    await own.queue.enqueuePages(pagesOf(1_200))
    expect(addBulk.mock.calls.map(([batch]) => batch.length)).toEqual([500, 500, 200])
    expect(await own.queue.pages.getWaitingCount()).toBe(1_200)
    const waiting = await own.queue.pages.getWaiting(0, 1_199)
    expect(new Set(waiting.map((job) => job.data.pageNo)).size).toBe(1_200)
  })

  it('of none does nothing', async () => {
    await own.queue.enqueuePages([])
    expect(await own.queue.pages.getWaitingCount()).toBe(0)
  })

  it('leaves a page that ended as it is: only a raised enqueue number runs it again', async () => {
    const seen: number[] = []
    own.startPages(async ({ enqueueNo }) => void seen.push(enqueueNo))
    const [page] = pagesOf(1)
    await own.queue.enqueuePages([page!])
    await eventually('the first run', () => seen.length === 1)
    await eventually('its end', async () => (await stateOf(page!)) === 'completed')
    await own.queue.enqueuePages([page!, { ...page!, enqueueNo: 2 }])
    await eventually('the second run', () => seen.length === 2)
    expect(seen).toEqual([1, 2])
  })

  it('of two generations or runs are jobs of their own', async () => {
    const [page] = pagesOf(1)
    await own.queue.enqueuePages([page!, { ...page!, generation: 2 }, { ...page!, runId: 'run0002' }])
    expect(await own.queue.pages.getWaitingCount()).toBe(3)
  })

  it('is seen by no installation of another name', async () => {
    await own.queue.enqueuePages(pagesOf(2))
    const other = openOwnQueue()
    expect(await other.queue.pages.getWaitingCount()).toBe(0)
    expect(await other.queue.findDeadPages(pagesOf(2))).toHaveLength(2)
    await other.close()
  })
})

describe('the dead among pages', () => {
  it('are those that were never added', async () => {
    await own.queue.enqueuePages(pagesOf(2))
    const asked = [...pagesOf(3), ...pagesOf(1, { enqueueNo: 2 })]
    expect(await own.queue.findDeadPages(asked)).toEqual([asked[2], asked[3]])
  })

  it('are those that ended well or badly, not those that wait, are delayed or at work', async () => {
    const [done, failed, delayed, active, waiting] = pagesOf(5)
    const latch = createLatch()
    own.startPages(async ({ pageNo }) => {
      if (pageNo === failed!.pageNo) throw faultOf('terminal')
      if (pageNo === delayed!.pageNo) throw faultOf('transient', { retryAfterMs: 60_000 })
      if (pageNo === active!.pageNo) await latch.opened
    })
    await own.queue.enqueuePages(pagesOf(5))
    await eventually('work on the fourth', async () => (await stateOf(active!)) === 'active')
    expect(await Promise.all([done!, failed!, delayed!, active!, waiting!].map(stateOf))).toEqual([
      'completed',
      'failed',
      'delayed',
      'active',
      'waiting',
    ])
    expect(await own.queue.findDeadPages(pagesOf(5))).toEqual([done, failed])
    latch.open()
  })

  it('are not those of a queue that someone paused', async () => {
    await own.queue.enqueuePages(pagesOf(2))
    await own.queue.pages.pause()
    await own.queue.enqueuePages(pagesOf(4))
    expect(await own.queue.findDeadPages(pagesOf(5))).toEqual([pagesOf(5)[4]])
  })

  it('are those that a worker whose clock is ahead has put back for longer than any delay is', async () => {
    const [late, lost] = pagesOf(2)
    const delayBy = (page: typeof late, delayMs: number) =>
      own.queue.pages.add('page', { v: 1, ...page }, { jobId: pageJobId(page!), delay: delayMs })
    await delayBy(late, LIMITS.retryAfterMsMax)
    await delayBy(lost, LIMITS.retryAfterMsMax + 3_600_000)
    expect(await own.queue.findDeadPages(pagesOf(2))).toEqual([lost])
  })

  it('are those that someone removed', async () => {
    await own.queue.enqueuePages(pagesOf(2))
    await own.queue.pages.remove(pageJobId(pagesOf(1)[0]!))
    expect(await own.queue.findDeadPages(pagesOf(2))).toEqual(pagesOf(1))
  })

  it('are found among more pages than one batch, in their order and with all that was known of them', async () => {
    const pages = pagesOf(1_100).map((page) => ({ ...page, note: `page ${page.pageNo}` }))
    await own.queue.enqueuePages(pagesOf(1_100).filter(({ pageNo }) => pageNo % 100 !== 7))
    const dead = await own.queue.findDeadPages(pages)
    expect(dead).toEqual(pages.filter(({ pageNo }) => pageNo % 100 === 7))
  })
})

describe('asking for a run to be settled', () => {
  const settle = { runId: 'run0001', generation: 1 }
  const stateOfSettle = () => own.queue.settles.getJobState(settleJobId(settle))

  it('many times before it is, is one job', async () => {
    for (let times = 0; times < 5; times++) await own.queue.enqueueSettle(settle)
    expect(await own.queue.settles.getWaitingCount()).toBe(1)
  })

  it.each(['succeeded', 'failed'] as const)('can be done again after it %s', async (outcome) => {
    let runs = 0
    own.startSettles(async (data) => {
      expect(data).toEqual({ v: 1, ...settle })
      runs++
      if (outcome === 'failed') throw faultOf('terminal')
    })
    for (const run of [1, 2, 3]) {
      await own.queue.enqueueSettle(settle)
      await eventually('the settler', () => runs === run)
      await eventually('the end of the job', async () => (await stateOfSettle()) === 'unknown')
    }
  })

  it('while it is at work changes nothing', async () => {
    const latch = createLatch()
    let runs = 0
    own.startSettles(async () => {
      runs++
      await latch.opened
    })
    await own.queue.enqueueSettle(settle)
    await eventually('the settler', () => runs === 1)
    await own.queue.enqueueSettle(settle)
    expect(await own.queue.settles.getWaitingCount()).toBe(0)
    latch.open()
    await eventually('the end of the job', async () => (await stateOfSettle()) === 'unknown')
    expect(runs).toBe(1)
  })

  it('is a job of its own for each generation', async () => {
    await own.queue.enqueueSettle(settle)
    await own.queue.enqueueSettle({ ...settle, generation: 2 })
    expect(await own.queue.settles.getWaitingCount()).toBe(2)
  })
})

describe('what is known of Redis', () => {
  it('is its version and that it keeps what it was given', async () => {
    const health = await own.queue.readHealth()
    expect(health).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      evictionPolicy: 'noeviction',
      appendOnly: true,
      memoryUsedBytes: expect.any(Number),
      memoryLimitBytes: 0,
    })
    expect(health.memoryUsedBytes).toBeGreaterThan(100_000)
  })

  it('is how many workers are there', async () => {
    expect(await own.queue.countWorkers()).toBe(0)
    const worker = own.startPages(() => Promise.resolve())
    own.startPages(() => Promise.resolve())
    own.startSettles(() => Promise.resolve())
    await eventually('two workers', async () => (await own.queue.countWorkers()) === 2)
    await worker.close()
    await eventually('one worker', async () => (await own.queue.countWorkers()) === 1)
  })
})

describe('closed queues', () => {
  it('answer with a fault and can be closed again', async () => {
    const queue = await openQueueOrFail(requireService('TEST_REDIS_URL'), own.prefix, 5_000)
    await queue.close()
    await queue.close()
    await expect(queue.enqueuePages(pagesOf(1))).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(queue.gate.shut('a.org', 1_000)).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(queue.gate.pauseMs('a.org')).rejects.toMatchObject({ kind: 'unavailable' })
  })
})

describe('wrong access', () => {
  const PASSWORD = `canary-${randomBytes(9).toString('hex')}`
  const urlWith = (user: string, password: string) => {
    const url = new URL(requireService('TEST_REDIS_URL'))
    return Object.assign(url, { username: user, password }).href
  }
  const open = (redisUrl: string) => openQueueOrFail(redisUrl, own.prefix, 5_000)

  it.each([
    ['a wrong password', 'default', PASSWORD, 'WRONGPASS'],
    ['an unknown user', 'nobody', PASSWORD, 'WRONGPASS'],
    ['no password', '', '', 'NOAUTH'],
  ])('is said at once and without the password: %s', async (_, user, password, reason) => {
    const { host } = new URL(requireService('TEST_REDIS_URL'))
    const startMs = performance.now()
    const fault = await open(urlWith(user, password)).catch((error: unknown) => error)
    expect(performance.now() - startMs).toBeLessThan(5_000)
    expect(fault).toMatchObject({
      code: 'REDIS_ACCESS_DENIED',
      kind: 'terminal',
      message: expect.stringMatching(
        new RegExp(`^Redis at ${host} refused us: ${reason} .*check user and password of REDIS_URL`),
      ),
    })
    expect(`${String(fault)} ${(fault as Error).stack}`).not.toContain(PASSWORD)
  })

  it('is said of a user who may look but not write', async () => {
    const admin = new Redis(requireService('TEST_REDIS_URL'))
    const user = `looker-${randomBytes(6).toString('hex')}`
    await admin.acl('SETUSER', user, 'on', `>${PASSWORD}`, '~*', '&*', '+@all', '-@write', '-@scripting')
    const queue = await open(urlWith(user, PASSWORD))
    const denied = { code: 'REDIS_ACCESS_DENIED', kind: 'terminal' }
    await expect(queue.enqueuePages(pagesOf(1))).rejects.toMatchObject(denied)
    await expect(queue.enqueueSettle({ runId: 'run0001', generation: 1 })).rejects.toMatchObject(denied)
    await expect(queue.gate.shut('a.org', 1_000)).rejects.toMatchObject(denied)
    await queue.close()
    await admin.acl('DELUSER', user)
    admin.disconnect()
  })
})
