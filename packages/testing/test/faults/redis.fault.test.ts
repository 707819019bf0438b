import { setTimeout as sleep } from 'node:timers/promises'
import { findRun, listOpenRuns, listPages } from '@gather/ledger'
import {
  eventually,
  type NemesisStack,
  runPlanner,
  startApp,
  startNemesisStack,
  stopApps,
  type Trial,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { measureRecovery } from '../../src/sweeps/recovery.ts'

const PAGES = 32
let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: 10 * PAGES,
    topic: { page_rows: 10 },
    env: { JOB_LOCK_MS: '1000', WORKER_CONCURRENCY: '2' },
  })
  await Promise.all([stack.start('worker'), stack.start('listener')])
})
afterEach(() => stack.portal.setFault(undefined))
afterAll(async () => {
  await stopApps()
  await stack.close()
})

/** A run of which some pages are done and most are not. */
async function beginSlowly(): Promise<Trial> {
  stack.portal.setFault((request) =>
    request.query.has('$order') ? { kind: 'delay', delayMs: 60 } : undefined,
  )
  const trial = await stack.begin({ withReader: true })
  await eventually('the first pages', async () => (await trial.pagesDone()) >= 3)
  return trial
}

const chargedPages = async (runId: string) =>
  (await listPages(stack.services.database, runId, 1)).filter((page) => page.attemptCount > 0)

/** The run ended well, nothing of it is wrong, and no page was charged for what Redis did. */
async function expectExact(trial: Trial) {
  expect((await trial.ended()).reason).toBeNull()
  expect(await trial.check()).toEqual([])
  expect(await chargedPages(trial.runId)).toEqual([])
}

describe('a Redis that dies', () => {
  it('14: Redis is killed and comes back, again and again', async () => {
    const recovery = await measureRecovery({ stack, server: 'redis', outageMs: 200, outageCount: 3 })
    expect(recovery).toMatchObject({ state: 'succeeded', violations: [] })
    expect(await chargedPages(recovery.runId)).toEqual([])
    // A bound against being forgotten; what it takes is measured by the soak.
    expect(recovery.recoveryMs).toBeLessThan(30_000)
  })

  it('15: Redis is emptied in the middle of a run', async () => {
    const trial = await beginSlowly()
    await stack.redis.flushAll()
    await expectExact(trial)
  })

  it('15: Redis comes back without what it was told last', async () => {
    const trial = await beginSlowly()
    await stack.redis.kill()
    expect(await stack.redis.cutAppendLog(20_000)).toBeGreaterThan(0)
    await stack.redis.start()
    await expectExact(trial)
  })
})

describe('a Redis whose memory is short', () => {
  afterEach(() => stack.redis.configure({ maxmemory: '0', 'maxmemory-policy': 'noeviction' }))

  it('16: a full Redis is told to the planner, and the run goes on by itself when there is room', async () => {
    await stack.redis.configure({ maxmemory: '1mb' })
    const args = ['enqueue', stack.topic.name, '--initialize']
    const { code, stdout, stderr } = await runPlanner(args, stack.env)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^[^\n]*Redis has no memory left for the queue[^\n]*raise its maxmemory[^\n]*\n$/)
    const [run] = await listOpenRuns(stack.services.database)
    expect(run?.state).toBe('loading')
    await stack.redis.configure({ maxmemory: '0' })
    await eventually('the end of the run', async () => {
      return (await findRun(stack.services.database, run?.runId ?? ''))?.state === 'succeeded'
    })
  })

  it('16: a Redis that fills up in the middle of a run does not end it', async () => {
    const trial = await beginSlowly()
    await stack.redis.configure({ maxmemory: '1mb' })
    await sleep(500)
    await stack.redis.configure({ maxmemory: '0' })
    await expectExact(trial)
  })

  it('16: worker and listener refuse a Redis that throws jobs away', async () => {
    await stack.redis.configure({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' })
    const apps = (['worker', 'listener'] as const).map((app) => startApp(app, stack.env))
    for (const app of apps) {
      expect(await app.exited).toBe(2)
      expect(app.output()).toContain('maxmemory-policy is allkeys-lru; set it to noeviction')
    }
  })
})
