import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { eventually, requireService } from '@gather/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageJobId } from '../src/contracts.ts'
import { faultOf, type OwnQueue, openOwnQueue, pagesOf } from './own-queue.ts'

const CHECKLIST = readFileSync(new URL('../../testing/docs/security-checklist.md', import.meta.url), 'utf8')
/** The rule as people are told it: `ACL SETUSER <name> on ><password> <rights>`. */
const RULE = /^ACL SETUSER gather on >\S+ (.+)$/m.exec(CHECKLIST)?.[1] ?? ''

const name = `t_${randomBytes(6).toString('hex')}`
const password = randomBytes(12).toString('hex')
let admin: Redis
let redis: Redis
let own: OwnQueue
beforeAll(async () => {
  admin = new Redis(requireService('TEST_REDIS_URL'))
  const url = new URL(requireService('TEST_REDIS_URL'))
  const rights = RULE.replaceAll('gather-rover', 'test-*').split(' ')
  await admin.acl('SETUSER', name, 'on', `>${password}`, ...rights)
  redis = new Redis(Object.assign(url, { username: name, password }).href)
  own = openOwnQueue(url.href)
})
afterAll(async () => {
  await own?.close()
  redis?.disconnect()
  await admin?.acl('DELUSER', name)
  admin?.disconnect()
})

describe('S4: a Redis user with the rights of the checklist', () => {
  it('is enough for everything that we do', async () => {
    const [first, second] = pagesOf(2)
    let runs = 0
    const seen: number[] = []
    await own.queue.enqueuePages([first!, second!])
    const steps: string[] = []
    const worker = own.startPages(async (job, _signal, report) => {
      if (runs++ === 0) throw faultOf('transient', { retryAfterMs: 10 })
      report?.('loading')
      await eventually('the step', async () => {
        steps.push(...(await own.queue.listPagesAtWork()).map(({ step }) => step))
        return steps.includes('loading')
      })
      seen.push(job.pageNo)
    })
    await worker.ready()
    await eventually('both pages, one of them again', () => seen.length === 2)
    await eventually('their end', async () => (await own.queue.pages.getCompletedCount()) === 2)
    const settled: string[] = []
    own.startSettles(async (job) => void settled.push(job.runId))
    await own.queue.enqueueSettle({ runId: 'run0001', generation: 1 })
    await eventually('the settle job', () => settled.length === 1)
    await own.queue.occurrences.schedule('cats', { cron: '0 3 * * *', timeZone: 'UTC' })
    await own.queue.occurrences.wake('cats')
    const { schedulers, due } = await own.queue.occurrences.read(new Date())
    expect([[...schedulers.keys()], [...due]]).toEqual([['cats'], ['cats']])
    expect(await own.queue.occurrences.countListeners()).toBe(0)
    await own.queue.occurrences.unschedule('cats')
    await own.queue.gate.shut('a.org', 60_000)
    expect(await own.queue.gate.pauseMs('a.org')).toBeGreaterThan(0)
    expect(await own.queue.findDeadPages([first!])).toEqual([first])
    expect((await own.queue.readHealth()).evictionPolicy).toBe('noeviction')
    expect(await own.queue.countWorkers()).toBe(1)
    // What Bull Board and /metrics read.
    expect((await own.queue.pages.getJobs()).map((job) => job.id)).toContain(pageJobId(first!))
    expect((await own.queue.pages.getJobLogs(pageJobId(first!))).logs).toHaveLength(1)
    expect(await own.queue.pages.getJobCounts()).toMatchObject({ completed: 2 })
  })

  it.each([
    'CONFIG GET requirepass',
    'CONFIG SET maxmemory-policy allkeys-lru',
    'FLUSHALL',
    'FLUSHDB',
    'MODULE LOAD /tmp/x.so',
    'MODULE LIST',
    'ACL LIST',
    'ACL SETUSER intruder on nopass',
    'DEBUG SLEEP 0',
    'KEYS *',
    'SHUTDOWN NOSAVE',
    'REPLICAOF 127.0.0.1 1',
    'SLAVEOF 127.0.0.1 1',
    'MIGRATE 127.0.0.1 1 x 0 1',
    'SAVE',
    'BGREWRITEAOF',
    'MONITOR',
    'CLIENT KILL ID 1',
    'SWAPDB 0 1',
    'GET somebody-elses-key',
    'SET somebody-elses-key x',
    'DEL somebody-elses-key',
    'PUBLISH somebody-elses-channel x',
  ])('is not enough for %s', async (command) => {
    // Asked of Redis, not tried: a rule that is too wide must not end the server of all other tests.
    expect(await admin.call('ACL', 'DRYRUN', name, ...command.split(' '))).toMatch(/no permissions/)
  })

  it('is refused in fact, also by way of a script', async () => {
    await expect(redis.call('CONFIG', 'GET', 'maxmemory')).rejects.toThrow(/NOPERM/)
    await expect(redis.call('GET', 'somebody-elses-key')).rejects.toThrow(/NOPERM/)
    const script = 'return redis.call("GET", "somebody-elses-key")'
    await expect(redis.eval(script, 0)).rejects.toThrow(/can't access at least one of the keys/)
  })

  it('lets nobody in without the password', async () => {
    const url = new URL(requireService('TEST_REDIS_URL'))
    const stranger = new Redis(Object.assign(url, { username: '', password: '' }).href, {
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
    })
    stranger.on('error', () => {})
    await expect(stranger.call('GET', 'x')).rejects.toThrow(/NOAUTH/)
    stranger.disconnect()
  })
})
