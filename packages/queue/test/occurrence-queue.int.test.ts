import { eventually } from '@gather/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OccurrenceJob, startOccurrenceWorker } from '../src/index.ts'
import { createLatch, type OwnQueue, openOwnQueue, silentLog } from './own-queue.ts'

const DAILY = { cron: '0 3 * * *', timeZone: 'America/Los_Angeles' }
const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' }

let own: OwnQueue
let closing: (() => Promise<void>)[]
beforeEach(() => {
  own = openOwnQueue()
  closing = []
})
afterEach(async () => {
  for (const close of closing) await close()
  await own.close()
})

const occurrences = () => own.queue.occurrences
const read = () => occurrences().read(new Date())
const schedulerOf = async (topic: string) => (await read()).schedulers.get(topic)
const nextJob = async () => {
  const [job] = await occurrences().jobs.getDelayed()
  if (job === undefined) throw new Error('there is no next job')
  return job
}
const startListener = (handler: (job: OccurrenceJob) => Promise<void>) => {
  const { redisUrl, prefix } = own
  const options = { redisUrl, prefix, concurrency: 2, lockMs: 30_000, graceMs: 200, log: silentLog }
  const worker = startOccurrenceWorker(handler, options)
  closing.push(() => worker.close())
  return worker
}

describe('a scheduler', () => {
  it('is set for a topic with its cron expression and zone, and has its next job', async () => {
    await occurrences().schedule('cats', DAILY)
    expect(await schedulerOf('cats')).toEqual({ ...DAILY, isAlive: true })
    const job = await nextJob()
    expect(job.data).toEqual({ v: 1, topic: 'cats' })
    const dueAt = new Date(job.timestamp + job.delay)
    expect(dueAt.toLocaleTimeString('en-GB', { timeZone: DAILY.timeZone })).toBe('03:00:00')
    expect((await read()).due).toEqual(new Set())
  })

  it('set again for the same topic takes the place of the one before', async () => {
    await occurrences().schedule('cats', DAILY)
    await occurrences().schedule('cats', HOURLY)
    expect(await schedulerOf('cats')).toEqual({ ...HOURLY, isAlive: true })
    expect(await occurrences().jobs.getDelayedCount()).toBe(1)
  })

  it('that is removed leaves nothing behind, and may be removed again', async () => {
    await occurrences().schedule('cats', DAILY)
    for (const _ of [1, 2]) await occurrences().unschedule('cats')
    expect(await read()).toEqual({ schedulers: new Map(), due: new Set() })
    expect(await occurrences().jobs.getDelayedCount()).toBe(0)
  })

  it('hands over its job when it is due, and makes the next one', async () => {
    const seen: OccurrenceJob[] = []
    await startListener(async (job) => void seen.push(job)).ready()
    await occurrences().schedule('cats', DAILY)
    const first = await nextJob()
    await first.promote()
    await eventually('the job', () => seen.length === 1)
    expect(seen).toEqual([{ v: 1, topic: 'cats' }])
    await eventually('the next job', async () => (await occurrences().jobs.getDelayedCount()) === 1)
    expect(await schedulerOf('cats')).toMatchObject({ isAlive: true })
  })

  it('whose next job is lost is not alive, until it is set again', async () => {
    await occurrences().schedule('cats', DAILY)
    const { id } = await nextJob()
    const redis = new Redis(own.redisUrl)
    await redis.del(`${own.prefix}:occurrences:delayed`, `${own.prefix}:occurrences:${id}`)
    redis.disconnect()
    expect(await schedulerOf('cats')).toMatchObject({ isAlive: false })
    await occurrences().schedule('cats', DAILY)
    expect(await schedulerOf('cats')).toMatchObject({ isAlive: true })
  })

  it('is alive, and its job due, however many others there are', async () => {
    const topics = ['ants', 'bees', 'cats', 'dogs', 'elks']
    for (const topic of topics) await occurrences().schedule(topic, DAILY)
    const { schedulers } = await read()
    expect([...schedulers.values()].map(({ isAlive }) => isAlive)).toEqual(topics.map(() => true))
    const weekLater = new Date(Date.now() + 7 * 86_400_000)
    expect((await occurrences().read(weekLater)).due).toEqual(new Set(topics))
  })

  it.each([
    [0, false],
    [2, true],
  ])('with jobs of version %i is alive: %s', async (v, isAlive) => {
    const { cron, timeZone } = DAILY
    await occurrences().jobs.upsertJobScheduler('cats', { pattern: cron, tz: timeZone }, { data: { v } })
    expect(await schedulerOf('cats')).toEqual({ ...DAILY, isAlive })
  })
})

describe('a topic that is woken', () => {
  it('is due until its job has ended, and can then be woken again', async () => {
    await occurrences().wake('cats')
    expect((await read()).due).toEqual(new Set(['cats']))
    const latch = createLatch()
    let count = 0
    startListener(async () => {
      count++
      await latch.opened
    })
    await eventually('the job at work', () => count === 1)
    for (const _ of [1, 2]) await occurrences().wake('cats')
    expect((await read()).due).toEqual(new Set(['cats']))
    latch.open()
    await eventually('the end of the job', async () => (await read()).due.size === 0)
    await occurrences().wake('cats')
    await eventually('the second job', () => count === 2)
    expect(count).toBe(2)
  })

  it('is due as well where the job of its scheduler was not taken in time', async () => {
    await occurrences().schedule('cats', DAILY)
    await occurrences().schedule('dogs', HOURLY)
    const weekLater = new Date(Date.now() + 7 * 86_400_000)
    expect((await occurrences().read(weekLater)).due).toEqual(new Set(['cats', 'dogs']))
  })
})
