import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  deleteSchedule,
  findOpenRun,
  findSchedule,
  listOpenRuns,
  listRuns,
  type ScheduleRecord,
  saveSchedule,
} from '@gather/ledger'
import { startTestStack, type TestStack } from '@gather/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  cancelRun,
  meetOccurrence,
  nextOccurrence,
  openServices,
  planRun,
  reconcileSchedules,
  runDoctor,
  startRun,
} from '../src/index.ts'

const DAILY = { topic: 'pet_license', cron: '0 3 * * *', timeZone: 'UTC', mode: 'incremental' } as const
const PAST = '2026-11-01 12:00:00.000'
const FIRST_DUE = '2026-11-02 03:00:00.000'
const FUTURE = '2100-01-01 00:00:00.000'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 1_000 })
})
afterAll(() => stack.close())
beforeEach(() => saveSchedule(stack.services.database, DAILY, PAST))
afterEach(async () => {
  const { database } = stack.services
  for (const run of await listOpenRuns(database)) await cancelRun(stack.services, run)
  await database.write('DELETE FROM import_schedule')
  await database.write('DELETE FROM import_run')
  stack.portal.setFault(undefined)
})

const running = new AbortController().signal
const meet = (services = stack.services) => meetOccurrence(services, DAILY.topic, running)
const read = async (): Promise<ScheduleRecord> => {
  const schedule = await findSchedule(stack.services.database, DAILY.topic)
  if (schedule === undefined) throw new Error('there is no schedule')
  return schedule
}
const readRuns = () => listRuns(stack.services.database, { limit: 10 })

describe('a listener that is asked for what a schedule has due', () => {
  it('starts a run of the topic, for the first time that was missed, and all others are over', async () => {
    await meet()
    const [run] = await readRuns()
    expect(run).toMatchObject({ topic: 'pet_license', state: 'loading', mode: 'incremental' })
    expect(await read()).toMatchObject({
      lastDueAt: FIRST_DUE,
      lastOutcome: 'started',
      lastRunId: run?.runId,
      lastReason: null,
    })
    expect(nextOccurrence(await read()).getTime()).toBeGreaterThan(Date.now())
  })

  it('asked a second time does nothing', async () => {
    await meet()
    const before = await read()
    await meet()
    expect(await read()).toEqual(before)
    expect(await readRuns()).toHaveLength(1)
  })

  it('by many at once starts one run', async () => {
    const others = Array.from({ length: 3 }, () => openServices(stack.services.config, stack.services.log))
    await Promise.all([meet(), meet(), ...others.map(meet)])
    await Promise.all(others.map((services) => services.close()))
    const runs = await readRuns()
    expect(runs).toHaveLength(1)
    expect(await read()).toMatchObject({ lastOutcome: 'started', lastRunId: runs[0]?.runId })
  })

  it('reads everything where the schedule says so', async () => {
    await saveSchedule(stack.services.database, { ...DAILY, mode: 'initialize' }, PAST)
    await meet()
    expect(await readRuns()).toMatchObject([{ mode: 'initialize', strategy: 'full' }])
  })

  it('goes by the topic file as it is then', async () => {
    stack.writeTopic({ page_rows: 100 })
    await meet()
    stack.writeTopic({})
    expect(await readRuns()).toMatchObject([{ pageRows: 100, pageCount: 10 }])
  })

  it('does nothing where nothing is due, and for a topic without a schedule', async () => {
    await saveSchedule(stack.services.database, DAILY, FUTURE)
    await meet()
    await deleteSchedule(stack.services.database, DAILY.topic)
    await meet()
    expect(await readRuns()).toEqual([])
  })

  it('skips where a run still fills the table, and keeps which one', async () => {
    const options = { initialize: true, allowEmpty: false, allowShrink: false }
    const plan = await planRun(stack.services, stack.topic, options, running)
    await startRun(stack.services, plan)
    await meet()
    expect(await read()).toMatchObject({
      lastDueAt: FIRST_DUE,
      lastOutcome: 'skipped',
      lastRunId: plan.runId,
      lastReasonCode: 'RUN_OPEN',
      lastReason: expect.stringContaining(
        `run ${plan.runId} of topic pet_license (loading) still fills pet_license`,
      ),
    })
    expect(await readRuns()).toHaveLength(1)
  })

  it('keeps the code and sentence of what the portal refuses', async () => {
    stack.portal.setFault(() => ({ kind: 'status', status: 404 }))
    await meet()
    expect(await read()).toMatchObject({
      lastDueAt: FIRST_DUE,
      lastOutcome: 'refused',
      lastRunId: null,
      lastReasonCode: 'SOURCE_NOT_FOUND',
      lastReason: expect.stringContaining('404'),
    })
    expect(await readRuns()).toEqual([])
  })

  it('keeps what is wrong with the topic file', async () => {
    const file = join(stack.env.TOPICS_DIR ?? '', 'broken.yaml')
    writeFileSync(file, 'topic: [')
    await meet()
    rmSync(file)
    expect(await read()).toMatchObject({ lastOutcome: 'refused', lastReasonCode: 'TOPIC_INVALID' })
  })

  it('starts it all the same when the portal comes back within its tries', async () => {
    let count = 0
    stack.portal.setFault(() => (++count <= 6 ? { kind: 'status', status: 503 } : undefined))
    await meet()
    expect(count).toBeGreaterThan(6)
    expect(await read()).toMatchObject({ lastOutcome: 'started' })
  })

  it('leaves it due where it is told to stop', async () => {
    const stop = new AbortController()
    stack.portal.setFault(() => ({ kind: 'status', status: 503 }))
    const meeting = meetOccurrence(stack.services, DAILY.topic, stop.signal)
    setTimeout(() => stop.abort(), 300)
    await expect(meeting).rejects.toMatchObject({ kind: 'interrupted' })
    expect(await read()).toMatchObject({ dueAfter: PAST, lastDueAt: null })
    expect(
      await findOpenRun(stack.services.database, stack.testDatabase.schema, 'pet_license'),
    ).toBeUndefined()
  })
})

describe('the comparison of schedules and queue', () => {
  const reconcile = () => reconcileSchedules(stack.services, running)
  const readQueue = () => stack.services.queue.occurrences.read(new Date())
  beforeEach(() => saveSchedule(stack.services.database, DAILY, FUTURE))
  afterEach(() => stack.services.queue.occurrences.jobs.obliterate({ force: true }))

  it('sets what is missing, replaces what is different, removes what nobody knows', async () => {
    const { database } = stack.services
    await reconcile()
    const { cron, timeZone } = DAILY
    expect((await readQueue()).schedulers.get(DAILY.topic)).toEqual({ cron, timeZone, isAlive: true })
    await saveSchedule(database, { ...DAILY, cron: '0 5 * * *' }, FUTURE)
    await reconcile()
    expect((await readQueue()).schedulers.get(DAILY.topic)).toMatchObject({ cron: '0 5 * * *' })
    await deleteSchedule(database, DAILY.topic)
    await reconcile()
    expect(await readQueue()).toEqual({ schedulers: new Map(), due: new Set() })
  })

  it('leaves what is right as it is', async () => {
    const { jobs } = stack.services.queue.occurrences
    for (const topic of ['cats', 'dogs'])
      await saveSchedule(stack.services.database, { ...DAILY, topic }, FUTURE)
    await reconcile()
    const before = (await jobs.getDelayed()).map(({ id, timestamp }) => [id, timestamp])
    expect(before).toHaveLength(3)
    await reconcile()
    expect((await jobs.getDelayed()).map(({ id, timestamp }) => [id, timestamp])).toEqual(before)
  })

  it('asks for what is due and has no job, once', async () => {
    await stack.services.database.write('UPDATE import_schedule SET due_after = ?', [PAST])
    for (const _ of [1, 2]) await reconcile()
    expect((await readQueue()).due).toEqual(new Set([DAILY.topic]))
    expect(await stack.services.queue.occurrences.jobs.getWaitingCount()).toBe(1)
  })

  it('is not held up by a schedule that can not be kept', async () => {
    await stack.services.database.write(
      "INSERT INTO import_schedule (topic, cron, time_zone, mode, due_after) VALUES ('aaa', 'x', 'UTC', 'incremental', NOW(3))",
    )
    await reconcile()
    expect([...(await readQueue()).schedulers.keys()]).toEqual([DAILY.topic])
  })
})

describe('the doctor', () => {
  const lookAtSchedules = async () => {
    const { services, env } = stack
    const checks = await runDoctor({ nodeVersion: '24.0.0', services, topicsDir: env.TOPICS_DIR }, running)
    return checks.filter(({ subject }) => subject === 'schedule')
  }

  it('says that schedules have no listener, and which topics are gone', async () => {
    await saveSchedule(stack.services.database, { ...DAILY, topic: 'lost' }, FUTURE)
    expect(await lookAtSchedules()).toEqual([
      expect.objectContaining({
        verdict: 'fail',
        message: expect.stringMatching(/^lost: there is no such topic/),
      }),
      expect.objectContaining({
        verdict: 'fail',
        message: expect.stringMatching(/^no listener is connected/),
      }),
    ])
  })

  it('says nothing of schedules where there are none', async () => {
    await deleteSchedule(stack.services.database, DAILY.topic)
    expect(await lookAtSchedules()).toEqual([])
  })
})
