import { LIMITS } from '@gather/platform'
import { eventually } from '@gather/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pageJobId } from '../src/contracts.ts'
import { faultOf, type OwnQueue, openOwnQueue, pagesOf } from './own-queue.ts'

let own: OwnQueue
beforeEach(() => {
  own = openOwnQueue()
})
afterEach(() => own.close())

const [page] = pagesOf(1)
const jobId = pageJobId(page!)
const readJob = () => own.queue.pages.getJob(jobId)
const reach = (state: string) =>
  eventually(`the job's state ${state}`, async () => (await own.queue.pages.getJobState(jobId)) === state)

/** Runs one page whose first claims end by `errors`, one after the other, and the rest well. */
const runPage = async (...errors: unknown[]) => {
  const startsMs: number[] = []
  own.startPages(async () => {
    startsMs.push(performance.now())
    if (errors.length >= startsMs.length) throw errors[startsMs.length - 1]
  })
  await own.queue.enqueuePages([page!])
  return startsMs
}

describe.each(['transient', 'unavailable'] as const)('a page that ended %s', (kind) => {
  it('waits as long as its fault says, and BullMQ counts no attempt', async () => {
    await runPage(faultOf(kind, { retryAfterMs: 60_000 }))
    await reach('delayed')
    const job = await readJob()
    expect(job?.attemptsMade).toBe(0)
    expect(job?.failedReason).toBeUndefined()
    expect(job?.delay).toBeGreaterThan(59_000)
    expect(job?.delay).toBeLessThanOrEqual(60_000)
  })

  it('waits a few seconds where its fault does not say', async () => {
    await runPage(faultOf(kind))
    await reach('delayed')
    const delayMs = (await readJob())?.delay ?? 0
    expect(delayMs).toBeGreaterThan(LIMITS.unavailableDelayMsMax / 2 - 1_000)
    expect(delayMs).toBeLessThanOrEqual(LIMITS.unavailableDelayMsMax)
  })

  it('twenty times in a row is not given up', async () => {
    const startsMs = await runPage(...Array.from({ length: 20 }, () => faultOf(kind, { retryAfterMs: 1 })))
    await reach('completed')
    expect(startsMs).toHaveLength(21)
    const { logs } = await own.queue.pages.getJobLogs(jobId)
    expect(logs).toEqual(Array.from({ length: 20 }, () => `TEST_${kind.toUpperCase()}: it was ${kind}`))
  })
})

describe('a page that ended interrupted', () => {
  it('comes back at once and costs nothing', async () => {
    const startsMs = await runPage(...Array.from({ length: 10 }, () => faultOf('interrupted')))
    await reach('completed')
    expect(startsMs).toHaveLength(11)
    expect(startsMs[10]! - startsMs[0]!).toBeLessThan(LIMITS.backoffMsBase * 5)
    expect((await readJob())?.failedReason).toBeUndefined()
  })

  it('does not wait even where its fault says so', async () => {
    const startsMs = await runPage(faultOf('interrupted', { retryAfterMs: 60_000 }))
    await reach('completed')
    expect(startsMs).toHaveLength(2)
  })
})

describe('a page that ended terminal', () => {
  it('fails at once, with the code in the reason, and is not run again', async () => {
    const startsMs = await runPage(
      faultOf('terminal', { code: 'SOURCE_COLUMN_MISSING', message: 'no column a' }),
    )
    await reach('failed')
    expect((await readJob())?.failedReason).toBe('SOURCE_COLUMN_MISSING: no column a')
    expect(startsMs).toHaveLength(1)
    expect(await own.queue.findDeadPages([page!])).toEqual([page])
  })

  it('does not wait even where its fault says so', async () => {
    await runPage(faultOf('terminal', { retryAfterMs: 60_000 }))
    await reach('failed')
  })

  it.each<[string, unknown, string]>([
    ['an error of another kind', new RangeError('out of range'), 'UNEXPECTED: unexpected: out of range'],
    ['a text', 'oops', 'UNEXPECTED: unexpected: oops'],
    ['nothing', undefined, 'UNEXPECTED: unexpected: undefined'],
  ])('is what %s makes of it', async (_, thrown, reason) => {
    await runPage(thrown)
    await reach('failed')
    expect((await readJob())?.failedReason).toBe(reason)
  })
})

describe('a page whose source moved', () => {
  it('is done: its generation is closed elsewhere', async () => {
    const startsMs = await runPage(faultOf('moved'))
    await reach('completed')
    expect((await readJob())?.failedReason).toBeUndefined()
    expect(startsMs).toHaveLength(1)
  })
})

describe('a job that is not as we write it', () => {
  const addJob = (data: unknown) => own.queue.pages.add('page', data, { jobId })
  const ran: unknown[] = []
  const start = () => own.startPages(async (data) => void ran.push(data))

  it.each([{ hello: 'world' }, { v: 1, ...page, url: 'http://elsewhere' }, null])(
    'fails for good without being run: %j',
    async (data) => {
      start()
      await addJob(data)
      await reach('failed')
      expect((await readJob())?.failedReason).toMatch(/^JOB_INVALID: a job is not one of ours: /)
      expect(ran).toEqual([])
    },
  )

  it('but of a newer version is put back for a worker that knows it', async () => {
    start()
    await addJob({ v: 2, shard: 7 })
    await reach('delayed')
    const { logs } = await own.queue.pages.getJobLogs(jobId)
    expect(logs).toEqual(['JOB_VERSION: a job of version 2 was put back: this process knows version 1'])
    expect(await own.queue.findDeadPages([page!])).toEqual([])
    expect((await readJob())?.data).toEqual({ v: 2, shard: 7 })
    expect(ran).toEqual([])
  })

  it('and of an older version fails, so that the ledger has its page enqueued anew', async () => {
    start()
    await addJob({ v: 0, shard: 7 })
    await reach('failed')
    expect((await readJob())?.failedReason).toMatch(/^JOB_OUTDATED: a job of version 0 was dropped: /)
    expect(await own.queue.findDeadPages([page!])).toEqual([page])
    expect(ran).toEqual([])
  })
})

it('one page that fails holds no other one up', async () => {
  const done: number[] = []
  own.startPages(async ({ pageNo }) => {
    if (pageNo === 1) throw faultOf('terminal')
    if (pageNo === 2) throw faultOf('transient', { retryAfterMs: 60_000 })
    done.push(pageNo)
  })
  await own.queue.enqueuePages(pagesOf(6))
  await eventually('the others', () => done.length === 4)
  expect(done).toEqual([0, 3, 4, 5])
})
