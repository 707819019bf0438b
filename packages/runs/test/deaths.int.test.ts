import { findRun, readLogEntries } from '@gather/ledger'
import {
  type AppProcess,
  eventually,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  type TestStack,
} from '@gather/testing'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { beginLoading, planRun, recordPlan } from '../src/index.ts'
import { portalRows, storedRows } from './compare-rows.ts'

const ROWS = 3_000
const PAGES = 60
let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: ROWS, topic: { page_rows: ROWS / PAGES } })
})
afterAll(() => stack.close())
beforeEach(() =>
  stack.portal.setFault((request) =>
    request.path.includes('/resource/') ? { kind: 'delay', delayMs: 40 } : undefined,
  ),
)
afterEach(async () => {
  stack.portal.setFault(undefined)
  await stopApps()
})

const start = async (app: 'worker' | 'listener'): Promise<AppProcess> => {
  const process = startApp(app, stack.env)
  await process.waitFor(/\.ready/)
  return process
}
const enqueue = async (): Promise<string> => {
  const { stdout, stderr } = await runPlanner(['enqueue', 'pet_license', '--initialize', '--json'], stack.env)
  return JSON.parse(stdout || `{"failed": ${JSON.stringify(stderr)}}`).runId
}
const pagesDone = async (runId: string) => {
  const [row] = await stack.services.database.rows<{ n: number }>(
    "SELECT COUNT(*) AS n FROM import_page WHERE run_id = ? AND state = 'done'",
    [runId],
  )
  return row?.n ?? 0
}
const halfDone = (runId: string) =>
  eventually('half of the pages', async () => (await pagesDone(runId)) >= PAGES / 4)
const expectExact = async (runId: string) => {
  const run = await eventually('the end of the run', async () => {
    const now = await findRun(stack.services.database, runId)
    return now?.finishedAt ? now : undefined
  })
  expect(run.reason).toBeNull()
  expect(run.state).toBe('succeeded')
  expect(await storedRows(stack)).toEqual(portalRows(stack))
  const finals = await eventually('the final row', async () => {
    const entries = await readLogEntries(stack.services.importLog, runId)
    return entries.some((entry) => entry.phase === 'final') && entries
  })
  expect(finals.filter((entry) => entry.phase === 'final').map((entry) => entry.event)).toEqual(['success'])
  expect(finals.filter((entry) => entry.phase === 'chunk')).toHaveLength(PAGES)
}

describe('nothing that dies loses or doubles a row', () => {
  it('one worker of two is killed in the middle of a run', async () => {
    const [victim] = await Promise.all([start('worker'), start('worker'), start('listener')])
    const runId = await enqueue()
    await halfDone(runId)
    victim?.kill('SIGKILL')
    await expectExact(runId)
  })

  it('Redis is emptied in the middle of a run', async () => {
    await Promise.all([start('worker'), start('worker'), start('listener')])
    const runId = await enqueue()
    await halfDone(runId)
    const redis = new Redis(stack.env.REDIS_URL ?? '')
    await redis.flushall()
    redis.disconnect()
    await expectExact(runId)
  })

  it('the listener is killed and another one starts after the last page', async () => {
    const [, listener] = await Promise.all([start('worker'), start('listener')])
    const runId = await enqueue()
    listener.kill('SIGKILL')
    await eventually('all pages', async () => (await pagesDone(runId)) === PAGES)
    await start('listener')
    await expectExact(runId)
  })

  it('the planner dies after it has written the plan', async () => {
    await Promise.all([start('worker'), start('listener')])
    const options = { initialize: true, allowEmpty: false, allowShrink: false }
    const plan = await planRun(stack.services, stack.topic, options, AbortSignal.timeout(10_000))
    await recordPlan(stack.services, plan)
    await expectExact(plan.runId)
  })

  it('the planner dies after it has made staging, before any job is enqueued', async () => {
    const options = { initialize: true, allowEmpty: false, allowShrink: false }
    const plan = await planRun(stack.services, stack.topic, options, AbortSignal.timeout(10_000))
    await recordPlan(stack.services, plan)
    await beginLoading(stack.services, plan.runId)
    await stack.services.queue.pages.obliterate({ force: true })
    await Promise.all([start('worker'), start('listener')])
    await expectExact(plan.runId)
  })

  it('a worker told to stop finishes or gives back its pages and exits with 0', async () => {
    const [leaving] = await Promise.all([start('worker'), start('worker'), start('listener')])
    const runId = await enqueue()
    await halfDone(runId)
    leaving?.kill('SIGTERM')
    expect(await leaving?.exited).toBe(0)
    await expectExact(runId)
  })
})
