import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { roundUp } from '../src/pages/rate-chart.ts'
import { BUCKETS_MAX, rateBuckets } from '../src/rate-buckets.ts'
import { paceOf } from '../src/run-pace.ts'
import { spanOf } from '../src/time-span.ts'
import { LANE_STEPS, workerLanes } from '../src/worker-lanes.ts'
import { pageFact } from './page-fact.ts'

describe('the rate over time', () => {
  const anyPages = fc.array(
    fc.record({ changedMs: fc.integer({ min: 0, max: 90_000_000 }), rowCount: fc.nat(50_000) }),
    { minLength: 1, maxLength: 300 },
  )

  test('counts every row once, in a bounded number of equal steps', () => {
    fc.assert(
      fc.property(anyPages, (some) => {
        const pages = some.map((each) => pageFact(each))
        const { buckets } = rateBuckets(pages, spanOf(pages, false, 0)!)
        expect(buckets.length).toBeLessThanOrEqual(BUCKETS_MAX)
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
        expect(sum(buckets.map((bucket) => bucket.rowCount))).toBe(sum(pages.map((page) => page.rowCount)))
        expect(sum(buckets.map((bucket) => bucket.pageCount))).toBe(pages.length)
      }),
    )
  })

  test('is rows by seconds of each step', () => {
    const pages = [500, 900, 1_500].map((changedMs) => pageFact({ changedMs, rowCount: 300 }))
    const { stepMs, buckets } = rateBuckets(pages, { fromMs: 0, toMs: 120_000 })
    expect(stepMs).toBe(1_000)
    expect(buckets.slice(0, 3).map((bucket) => bucket.rowsPerSecond)).toEqual([600, 300, 0])
  })

  test('does not leap where the last step has only begun', () => {
    const { buckets } = rateBuckets([pageFact({ changedMs: 120_001, rowCount: 100 })], {
      fromMs: 0,
      toMs: 120_002,
    })
    expect(Math.max(...buckets.map((bucket) => bucket.rowsPerSecond))).toBeLessThanOrEqual(200)
  })

  test.each([
    [0, 10],
    [11, 20],
    [4_321, 5_000],
    [50_001, 100_000],
  ])('has an axis for a peak of %i up to %i', (peak, top) => {
    expect(roundUp(peak)).toBe(top)
  })
})

describe('the span of a run', () => {
  test('begins with the first fetch and ends with the last stored page, or now', () => {
    const pages = [
      pageFact({ changedMs: 5_000, fetchMs: 1_000, loadMs: 500 }),
      pageFact({ state: 'open', changedMs: 9 }),
    ]
    expect(spanOf(pages, false, 60_000)).toEqual({ fromMs: 3_500, toMs: 5_000 })
    expect(spanOf(pages, true, 60_000)).toEqual({ fromMs: 3_500, toMs: 60_000 })
    expect(spanOf([pageFact({ state: 'open' })], true, 60_000)).toBeUndefined()
  })
})

describe('the pace', () => {
  test('is that of the last seconds, and tells when the rest is read', () => {
    const pages = [
      pageFact({ changedMs: 1_000, rowCount: 9_000 }),
      pageFact({ changedMs: 95_000, rowCount: 1_000 }),
    ]
    expect(paceOf(pages, { nowMs: 100_000, plannedRows: 15_000 })).toEqual({
      recentRowsPerSecond: 100,
      etaMs: 50_000,
    })
  })

  test('is none where nothing moved lately, and then nobody knows the end', () => {
    const pages = [pageFact({ changedMs: 1_000 })]
    expect(paceOf(pages, { nowMs: 100_000, plannedRows: 500 })).toEqual({
      recentRowsPerSecond: 0,
      etaMs: undefined,
    })
    expect(paceOf([], { nowMs: 0, plannedRows: 500 }).etaMs).toBeUndefined()
  })

  test('is read from a hundred thousand pages as well', () => {
    const pages = Array.from({ length: 100_000 }, (_, pageNo) => pageFact({ pageNo, changedMs: pageNo }))
    expect(paceOf(pages, { nowMs: 100_000, plannedRows: 10_000_000 }).recentRowsPerSecond).toBeGreaterThan(0)
  })
})

describe('the lanes', () => {
  const span = { fromMs: 0, toMs: LANE_STEPS * 10 }
  const steps = (flags: readonly boolean[]) => flags.flatMap((isOn, index) => (isOn ? [index] : []))

  test('show when a worker fetched, and when it loaded', () => {
    const page = pageFact({ changedMs: 50, fetchMs: 30, loadMs: 20 })
    const [lane] = workerLanes([page], span, false)
    expect(steps(lane!.fetching)).toEqual([0, 1, 2])
    expect(steps(lane!.loading)).toEqual([3, 4])
  })

  test('are one a worker, with its figures, the one with the most rows first', () => {
    const pages = [
      pageFact({ worker: 'b', rowCount: 10, changedMs: 1_000 }),
      pageFact({ worker: 'a', rowCount: 30, fetchMs: 10, loadMs: 1, changedMs: 500, lostTries: 2 }),
      pageFact({ worker: 'a', rowCount: 70, fetchMs: 30, loadMs: 9, changedMs: 1_000 }),
      pageFact({ worker: null, state: 'open' }),
      pageFact({ worker: 'c', state: 'failed' }),
    ]
    const lanes = workerLanes(pages, span, false)
    expect(lanes.map((lane) => lane.worker)).toEqual(['a', 'b'])
    expect(lanes[0]).toMatchObject({
      pageCount: 2,
      rowCount: 100,
      lostTries: 2,
      fetchMsMedian: 20,
      loadMsMedian: 5,
      rowsPerSecond: Math.round(100_000 / 511),
    })
  })

  test('show a page that is at work as fetched until now, and none where the run has ended', () => {
    const page = pageFact({ state: 'claimed', changedMs: span.toMs - 20, rowCount: 0 })
    const [lane] = workerLanes([page], span, true)
    expect(steps(lane!.fetching)).toEqual([LANE_STEPS - 2, LANE_STEPS - 1])
    expect(lane).toMatchObject({ pageCount: 0, rowsPerSecond: 0, fetchMsMedian: 0 })
    expect(workerLanes([page], span, false)).toEqual([])
  })
})
