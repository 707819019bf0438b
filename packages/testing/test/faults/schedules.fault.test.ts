import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findSchedule, listRuns, saveSchedule } from '@gather/ledger'
import {
  eventually,
  type NemesisStack,
  runPlanner,
  startNemesisStack,
  stopApps,
  storedRows,
  watchRun,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const JOB_LOCK_MS = 1_000
let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: 400,
    topic: { page_rows: 100 },
    env: { JOB_LOCK_MS: String(JOB_LOCK_MS) },
  })
})
afterEach(async () => {
  await stopApps()
  await stack.services.database.write('DELETE FROM import_schedule')
})
afterAll(() => stack.close())

const DAYS_DOWN = 5
const DAY_MS = 86_400_000
const databaseTime = (timeMs: number) => new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '')

/** A schedule that has not been met for days, so that an occurrence is due at once. */
async function makeDue(): Promise<void> {
  const schedule = {
    topic: stack.topic.name,
    cron: '0 3 * * *',
    timeZone: 'UTC',
    mode: 'initialize',
  } as const
  await saveSchedule(stack.services.database, schedule, databaseTime(Date.now() - DAYS_DOWN * DAY_MS))
}

const read = () => findSchedule(stack.services.database, stack.topic.name)
const lastRun = () => eventually('a run of the schedule', async () => (await read())?.lastRunId ?? undefined)
const runIds = async () => (await listRuns(stack.services.database, { limit: 100 })).map(({ runId }) => runId)

/** One run was started and no more, also when all that may come has come; it ends exact. */
async function expectOneRun(earlier: readonly string[], before: Awaited<ReturnType<typeof storedRows>>) {
  const runId = await lastRun()
  const trial = watchRun(stack, { runId, before })
  expect((await trial.ended()).reason).toBeNull()
  await sleep(2 * JOB_LOCK_MS)
  expect((await runIds()).filter((id) => !earlier.includes(id))).toEqual([runId])
  expect(await read()).toMatchObject({ lastOutcome: 'started', lastRunId: runId })
  expect(await trial.check()).toEqual([])
}

const earlierOnes = async () => ({
  earlier: await runIds(),
  before: await storedRows(stack.services.database, stack.topic),
})

describe('a listener that dies at an occurrence', () => {
  it.each([
    ['before the run is written', 'before_commit'],
    ['right after the run is written', 'after_plan'],
  ] as const)('46: %s: another one starts that one run, and no second', async (_, point) => {
    const { earlier, before } = await earlierOnes()
    await stack.start('worker')
    await makeDue()
    const victim = await stack.start('listener', { point, deed: 'kill', passNo: 1 })
    expect(await victim.exited).toBe('SIGKILL')
    await stack.start('listener')
    await expectOneRun(earlier, before)
  })

  it('46: stopped before the run is written and woken when another has done it: it changes nothing', async () => {
    const { earlier, before } = await earlierOnes()
    await makeDue()
    const sleeper = await stack.start('listener', { point: 'before_commit', deed: 'stop', passNo: 1 })
    await sleeper.struck()
    await Promise.all([stack.start('listener'), stack.start('worker')])
    await lastRun()
    sleeper.kill('SIGCONT')
    await expectOneRun(earlier, before)
  })
})

describe('an occurrence', () => {
  it('46: missed for days, then delivered more than once to several listeners, starts one run', async () => {
    const { earlier, before } = await earlierOnes()
    const { jobs } = stack.services.queue.occurrences
    await makeDue()
    const job = { v: 1, topic: stack.topic.name }
    await jobs.addBulk(
      [1, 2, 3].map((n) => ({ name: 'occurrence', data: job, opts: { jobId: `again-${n}` } })),
    )
    await Promise.all([stack.start('listener'), stack.start('listener'), stack.start('worker')])
    await expectOneRun(earlier, before)
  })

  it('46: is not lost with Redis, whose schedulers come back from the database', async () => {
    const { earlier, before } = await earlierOnes()
    const { occurrences } = stack.services.queue
    const keeper = async () => (await occurrences.read(new Date())).schedulers.get(stack.topic.name)
    await Promise.all([stack.start('listener'), stack.start('worker')])
    const later = databaseTime(Date.now())
    const schedule = {
      topic: stack.topic.name,
      cron: '0 3 * * *',
      timeZone: 'UTC',
      mode: 'initialize',
    } as const
    await saveSchedule(stack.services.database, schedule, later)
    await eventually('the scheduler', keeper)
    await stack.redis.flushAll()
    await eventually('the scheduler again', keeper)
    await stopApps()
    await makeDue()
    await stack.redis.flushAll()
    await Promise.all([stack.start('listener'), stack.start('worker')])
    await expectOneRun(earlier, before)
  })
})

describe('a planner whose clock is wrong', () => {
  it.each([-3 * DAY_MS, 3 * DAY_MS])('46: by %i ms makes a schedule from now on', async (shiftMs) => {
    const preload = `--import ${fileURLToPath(new URL('./shift-clock.ts', import.meta.url))}`
    const env = { ...stack.env, NODE_OPTIONS: preload, CLOCK_SHIFT_MS: String(shiftMs) }
    const beganMs = Date.now()
    const { stdout } = await runPlanner(['schedule', stack.topic.name, '--cron', '0 3 * * *', '--json'], env)
    const waitMs = Date.parse(JSON.parse(stdout).nextAt) - beganMs
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(DAY_MS + Date.now() - beganMs)
    const dueAfter = (await read())?.dueAfter ?? ''
    expect(dueAfter > databaseTime(beganMs) && dueAfter < databaseTime(Date.now())).toBe(true)
  })
})
