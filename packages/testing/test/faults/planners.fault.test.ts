import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLogger, readConfig } from '@gather/platform'
import { beginLoading, openServices, planRun, recordPlan, type Services } from '@gather/runs'
import {
  type NemesisStack,
  runPlanner,
  startNemesisStack,
  storedRows,
  type Trial,
  watchRun,
} from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** More than one batch of jobs, where every row is a page. */
const ROWS = 510
let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: ROWS,
    topic: { page_rows: 60 },
    env: { JOB_LOCK_MS: '1000', WORKER_CONCURRENCY: '8' },
  })
  await Promise.all([stack.start('worker'), stack.start('listener')])
})
afterAll(() => stack.close())

const expectExact = async (trial: Trial) => {
  expect((await trial.ended()).reason).toBeNull()
  expect(await trial.check()).toEqual([])
}

describe('a planner that is killed', () => {
  it('12: after it has written the plan, before staging', async () => {
    const strike = { point: 'after_plan', deed: 'kill', passNo: 1 } as const
    await expectExact(await stack.begin({ strike, withReader: true }))
  })

  it.each([
    [0, '60'],
    [500, '1'],
  ])('12: after it has enqueued %i of its pages', async (left, pageRows) => {
    const { pages } = stack.services.queue
    const trial = await whilePaused(async () => {
      const strike = { point: 'mid_enqueue', deed: 'kill', passNo: 1 } as const
      const args = ['--initialize', '--page-rows', pageRows]
      const begun = await stack.begin({ args, strike, withReader: true })
      if (left === 0) await pages.obliterate({ force: true })
      // On a slow machine the listener has enqueued the rest by now.
      expect([left, ROWS]).toContain(await pages.getWaitingCount())
      return begun
    })
    await expectExact(trial)
  })
})

/** Nobody loads a page meanwhile, so that no run is over before the last planner asks. */
async function whilePaused<Result>(work: () => Promise<Result>): Promise<Result> {
  await stack.services.queue.pages.pause()
  return await work().finally(() => stack.services.queue.pages.resume())
}

describe('planners at once', () => {
  const plan = (topic: string) => runPlanner(['enqueue', topic, '--initialize', '--json'], stack.env)
  /** One of them has begun a run, the others say which one; it ends exact. */
  const expectOneRun = async (topics: readonly string[]) => {
    const before = await storedRows(stack.services.database, stack.topic)
    const results = await whilePaused(() => Promise.all(topics.map(plan)))
    expect(results.map(({ code }) => code).sort()).toEqual([0, ...topics.slice(1).map(() => 1)])
    const { runId } = JSON.parse(results.find(({ code }) => code === 0)?.stdout ?? '{}')
    for (const { stderr } of results.filter(({ code }) => code !== 0))
      expect(stderr).toContain(`run ${runId} of topic`)
    await expectExact(watchRun(stack, { runId, before }))
  }

  it('13: of one topic: one begins a run, the other is refused', () =>
    expectOneRun([stack.topic.name, stack.topic.name]))

  it('13: of two topics with one table: one begins a run, the other is refused', () => {
    const definition = { ...stack.topic.definition, topic: 'same_table' }
    writeFileSync(join(stack.env.TOPICS_DIR ?? '', 'same-table.yaml'), JSON.stringify(definition))
    return expectOneRun([stack.topic.name, definition.topic])
  })

  it.each([2, 5, 10])('13: %i of them, with connections of their own: one begins a run', async (count) => {
    const config = readConfig(stack.env)
    const planners = Array.from({ length: count }, () =>
      openServices(config, createLogger('planner', { ...config, logLevel: 'silent' })),
    )
    const options = { initialize: true, allowEmpty: false, allowShrink: false }
    const before = await storedRows(stack.services.database, stack.topic)
    const begin = async (services: Services) => {
      const planned = await planRun(services, stack.topic, options, AbortSignal.timeout(30_000))
      await recordPlan(services, planned)
      await beginLoading(services, planned.runId)
      return planned.runId
    }
    const outcomes = await whilePaused(() => Promise.allSettled(planners.map(begin)))
    const runIds = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []))
    expect(codes).toEqual(Array.from({ length: count - 1 }, () => 'RUN_OPEN'))
    await expectExact(watchRun(stack, { runId: runIds[0] ?? '', before }))
    await Promise.all(planners.map((services) => services.close()))
  })
})
