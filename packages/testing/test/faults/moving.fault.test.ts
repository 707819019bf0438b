import { setTimeout as sleep } from 'node:timers/promises'
import {
  combineFaults,
  type DatasetHandle,
  type FaultFunction,
  type FaultRequest,
  parseFault,
} from '@gather/sample-portal'
import { type NemesisStack, stopApps } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { beginHere } from '../../src/sweeps/begin-here.ts'
import { createMutableSource, type MutableSource } from '../../src/sweeps/mutate-source.ts'
import type { MutationKind } from '../../src/sweeps/mutation-plan.ts'
import { runMutationSchedules, startMutationStack } from '../../src/sweeps/mutation-schedules.ts'
import { importHere, isPage } from './troubled-portal.ts'

/** Of six pages, three at a time. */
const ROWS = 60
const PAGE_ROWS = 10
const SEED = 20_850_480
const SCHEDULES = 30
/** The headers tell times to the second. */
const TIMES_DIFFER_MS = 1_000
let stack: NemesisStack
let source: MutableSource
beforeAll(async () => {
  stack = await startMutationStack()
  source = createMutableSource(dataset())
})
afterEach(() => {
  stack.portal.setFault(undefined)
  source.restore()
})
afterAll(async () => {
  await stopApps()
  await stack.close()
})

const dataset = (): DatasetHandle => stack.portal.dataset(stack.topic.source.dataset)

it('25: random schedules of changes between the requests of a run end exact at one version, or with a reason', async () => {
  const report = await runMutationSchedules({ stack, seed: SEED, scheduleCount: SCHEDULES })
  expect(report.violations).toEqual([])
  expect(report.scheduleCount).toBe(SCHEDULES)
  const succeeded = Object.entries(report.outcomes).filter(([outcome]) => outcome.startsWith('succeeded'))
  expect(succeeded.length, JSON.stringify(report)).toBe(3)
  expect(Object.keys(report.strikes).length, JSON.stringify(report)).toBeGreaterThanOrEqual(8)
})

/** Which requests a change strikes: those of the plan, of the pages or of the settler. */
type Moment = 'metadata' | 'count' | 'page'
const momentOf = (request: FaultRequest): Moment =>
  isPage(request) ? 'page' : request.path.startsWith('/api/views') ? 'metadata' : 'count'

/** Strikes the nth request (from 1) of a kind, since now. */
function strikeAt(moment: Moment, numbers: readonly number[], apply: () => void): FaultFunction {
  let seen = 0
  return (request) => {
    if (momentOf(request) !== moment) return undefined
    seen += 1
    return numbers.includes(seen) ? { kind: 'mutate', apply } : undefined
  }
}

/** Changes as `source` makes them, which restores them after each test. */
const change =
  (kind: MutationKind, place = 0) =>
  () =>
    source.mutate({ kind, place, rowCount: 1 })

describe('with processes at work', () => {
  beforeAll(async () => {
    await Promise.all([stack.start('worker'), stack.start('listener')])
  })

  it.each(['insert', 'delete', 'update', 'replace'] as const)(
    '25: %s at plan time, between pages and in the middle of verifying: read anew until it holds still',
    async (kind) => {
      stack.portal.setFault(
        combineFaults([
          strikeAt('count', [1], change(kind)),
          strikeAt('page', [4], change(kind)),
          // The second count is the plan's of the next generation, the third its settler's.
          strikeAt('count', [3], change(kind, 0.5)),
        ]),
      )
      expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', generation: 3 })
    },
  )

  it('25: a source that never holds still fails the run', async () => {
    stack.portal.setFault((request) =>
      isPage(request) ? { kind: 'mutate', apply: change('update') } : undefined,
    )
    const { run } = await importHere(stack)
    expect(run).toMatchObject({ state: 'failed', generation: 3, reasonCode: 'SOURCE_MOVING' })
    expect(run.reason).toMatch(/source or table changed under each of 3 generations/)
  })

  it.each([
    ['one too few in the plan', 'miscount by=-1 query=count( once'],
    ['one too many in the plan', 'miscount by=1 query=count( once'],
    ['a page too few in the plan', `miscount by=-${PAGE_ROWS} query=count( once`],
    ['a page too many in the plan', `miscount by=${PAGE_ROWS} query=count( once`],
    ['one too few at the end', 'miscount by=-1 query=count( after=1 once'],
    ['none at the end', `miscount by=-${ROWS} query=count( after=1 once`],
  ])('27: a count that is wrong once is found out: %s', async (_how, fault) => {
    stack.portal.setFault(parseFault(fault))
    expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', generation: 2 })
  })

  it.each([1, PAGE_ROWS])('27: a count that is always %i too high fails the run', async (by) => {
    stack.portal.setFault(parseFault(`miscount by=${by} query=count(`))
    const { run } = await importHere(stack)
    expect(run).toMatchObject({ state: 'failed', generation: 3, reasonCode: 'SOURCE_MOVING' })
  })

  it.each([1, PAGE_ROWS])('27: a count that is always %i too low fails the run', async (by) => {
    stack.portal.setFault(parseFault(`miscount by=-${by} query=count(`))
    const { run } = await importHere(stack)
    expect(run).toMatchObject({ state: 'failed', generation: 3, reasonCode: 'SOURCE_MOVING' })
    expect(run.reason).toMatch(/holds more rows than the \d+ that it counts/)
  })

  it('27: a count of 0 is refused before anything is written', async () => {
    stack.portal.setFault(parseFault(`miscount by=-${ROWS} query=count(`))
    await expect(beginHere(stack)).rejects.toMatchObject({ code: 'SOURCE_EMPTY' })
  })

  it('27: a source that grows at every look fails the run, and one that stops growing is read', async () => {
    stack.portal.setFault(strikeAt('count', [1, 2, 3, 4, 5, 6], change('insert')))
    expect((await importHere(stack)).run).toMatchObject({ state: 'failed', reasonCode: 'SOURCE_MOVING' })
    stack.portal.setFault(strikeAt('page', [2, 9], change('insert')))
    expect((await importHere(stack)).run).toMatchObject({
      state: 'succeeded',
      plannedRows: dataset().rowCount,
    })
  })

  it('27: a cache in front of the portal does not answer the count', async () => {
    stack.portal.setFault(parseFault('cached seconds=600 query=count('))
    await importHere(stack)
    source.mutate({ kind: 'delete', place: 0, rowCount: 3 })
    expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', plannedRows: ROWS - 3 })
  })

  it.each([
    ['renamed', 'renameColumn', 'primary_breed'],
    ['removed', 'removeColumn', 'zip_code'],
  ] as const)('29: a column that is %s between pages fails the run', async (_how, kind, column) => {
    stack.portal.setFault(strikeAt('page', [3], change(kind)))
    const { run } = await importHere(stack)
    expect(run).toMatchObject({ state: 'failed', reasonCode: 'SOURCE_COLUMN_MISSING' })
    expect(run.reason).toContain(column)
  })

  it.each(['renameColumn', 'removeColumn'] as const)(
    '29: %s while the settler verifies fails the run',
    async (kind) => {
      stack.portal.setFault(strikeAt('count', [2], change(kind)))
      expect((await importHere(stack)).run).toMatchObject({ reasonCode: 'SOURCE_COLUMN_MISSING' })
    },
  )

  it.each(['addColumn', 'retypeColumn', 'swapColumns', 'swapFields'] as const)(
    '29: %s between pages: read anew, each value in its own column',
    async (kind) => {
      stack.portal.setFault(strikeAt('page', [3], change(kind)))
      expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', generation: 2 })
    },
  )

  it.each(['addColumn', 'retypeColumn'] as const)(
    '29: %s between the plan and its count: read anew, as the columns are not those that were planned',
    async (kind) => {
      stack.portal.setFault(strikeAt('count', [1], change(kind)))
      expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', generation: 2 })
    },
  )

  describe('a replica that is behind', () => {
    it('25: is asked again where it says so, in its flag or in its times', async () => {
      await sleep(TIMES_DIFFER_MS)
      change('delete')()
      stack.portal.setFault(
        combineFaults([
          parseFault('replica tells=flag query=$offset=20 once'),
          parseFault('replica tells=times query=$offset=30 once'),
          parseFault('header name=X-SODA2-Data-Out-Of-Date value=true query=$offset=40 once'),
        ]),
      )
      const { run, pages } = await importHere(stack)
      expect(run).toMatchObject({ state: 'succeeded', generation: 1 })
      expect(pages.map((page) => page.attemptCount)).toEqual([0, 0, 1, 1, 1, 0])
    })

    it('25: and passes off its version as the newest is found out by that version and asked again', async () => {
      for (const kind of ['insert', 'delete', 'update', 'replace'] as const) change(kind)()
      const replicas = [1, 2, 3, 4].map((lag) => `replica tells=old lag=${lag} query=$offset=${lag}0 once`)
      stack.portal.setFault(combineFaults(replicas.map((replica) => parseFault(replica))))
      const { run, pages } = await importHere(stack)
      expect(run).toMatchObject({ state: 'succeeded', generation: 1 })
      expect(pages.map((page) => page.attemptCount)).toEqual([0, 1, 1, 1, 1, 0])
    })

    it('25: and tells no version, where others tell theirs, is asked again', async () => {
      change('updateAll')()
      const bare = { 'X-SODA2-Data-Out-Of-Date': '', 'X-SODA2-Secondary-Last-Modified': '' }
      const isFirst = parseFault('replica tells=nothing query=$offset=30 once')
      stack.portal.setFault((request) => {
        const actions = isFirst(request)
        return actions && [actions, { kind: 'headers' as const, headers: bare }].flat()
      })
      const { run, pages } = await importHere(stack)
      expect(run).toMatchObject({ state: 'succeeded', generation: 1 })
      expect(pages.map((page) => page.attemptCount)).toEqual([0, 0, 0, 1, 0, 0])
    })

    it('25: and answers the plan is found out by the pages of the others', async () => {
      change('replace')()
      stack.portal.setFault(parseFault('replica tells=old query=count( once'))
      expect((await importHere(stack)).run).toMatchObject({ state: 'succeeded', generation: 2 })
    })

    it('25: under the headers of the newest version is found out where its rows have other places', async () => {
      change('delete')()
      stack.portal.setFault(parseFault('replica tells=nothing query=$offset=30'))
      expect((await importHere(stack)).run).toMatchObject({ state: 'failed', reasonCode: 'DUPLICATE_ROWS' })
    })
  })
})
