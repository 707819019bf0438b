import type { TimeBucket } from '@gather/source'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeBuckets } from '../src/mirror/judge-buckets.ts'

const at = (day: number) => new Date(Date.UTC(2020, 0, 1 + day)).toISOString()
const bucket = (day: number, rowCount: number): TimeBucket => ({ updatedAt: at(day), rowCount })
const NULLS: TimeBucket = { updatedAt: null, rowCount: 9 }
const OLD = { since: at(100), everyId: false }
const NOTHING = { fetch: [], empty: [], emptyRows: 0, compare: [], idSpans: [], differingCount: 0 }

describe('judging buckets', () => {
  it('has nothing to say of old buckets with equal counts', () => {
    const buckets = [bucket(0, 5), bucket(1, 1)]
    expect(judgeBuckets(buckets, buckets, OLD)).toEqual({ ...NOTHING, comparedCount: 2 })
    expect(judgeBuckets([], [], OLD)).toEqual({ ...NOTHING, comparedCount: 0 })
  })

  it('fetches what only the source has, neighbours at once', () => {
    const source = [bucket(0, 5), bucket(1, 2), bucket(2, 3), bucket(3, 1), bucket(4, 8)]
    expect(judgeBuckets(source, [bucket(0, 5), bucket(3, 1)], OLD)).toEqual({
      ...NOTHING,
      fetch: [
        { from: at(1), to: at(2), rowCount: 5 },
        { from: at(4), to: at(4), rowCount: 8 },
      ],
      comparedCount: 5,
      differingCount: 3,
    })
  })

  it('empties what only the target has', () => {
    expect(judgeBuckets([bucket(1, 2)], [bucket(0, 5), bucket(1, 2), bucket(2, 3)], OLD)).toEqual({
      ...NOTHING,
      empty: [at(0), at(2)],
      emptyRows: 8,
      comparedCount: 3,
      differingCount: 2,
    })
  })

  it('compares the ids of those with other counts, and those between them with one question', () => {
    const source = [bucket(0, 5), bucket(1, 2), bucket(2, 3)]
    expect(judgeBuckets(source, [bucket(0, 6), bucket(1, 2), bucket(2, 1)], OLD)).toEqual({
      ...NOTHING,
      compare: [
        { updatedAt: at(0), sourceRows: 5, targetRows: 6 },
        { updatedAt: at(2), sourceRows: 3, targetRows: 1 },
      ],
      idSpans: [{ from: at(0), to: at(2), rowCount: 10 }],
      comparedCount: 3,
    })
  })

  it('reads not too many ids between them', () => {
    const source = [bucket(0, 5), bucket(1, 1_001), bucket(2, 3)]
    const { idSpans } = judgeBuckets(source, [bucket(0, 6), bucket(1, 1_001), bucket(2, 1)], OLD)
    expect(idSpans.map(({ rowCount }) => rowCount)).toEqual([5, 3])
  })

  it.each([
    [
      'from the time on since which rows may have come late',
      { since: at(1), everyId: false },
      [at(1), at(2)],
    ],
    [
      'at all times where somebody changed the target',
      { since: at(9), everyId: true },
      [at(0), at(1), at(2)],
    ],
    ['at all times where nothing is known', { since: '', everyId: false }, [at(0), at(1), at(2)]],
  ])('compares ids %s although counts are equal', (_when, rules, times) => {
    const buckets = [bucket(0, 5), bucket(1, 2), bucket(2, 3)]
    expect(judgeBuckets(buckets, buckets, rules).compare.map(({ updatedAt }) => updatedAt)).toEqual(times)
  })

  it('leaves rows without a time aside', () => {
    const rules = { since: '', everyId: true }
    expect(judgeBuckets([NULLS], [], rules)).toEqual({ ...NOTHING, comparedCount: 0 })
    expect(judgeBuckets([], [NULLS], rules)).toEqual({ ...NOTHING, comparedCount: 0 })
  })

  it('takes each time of either side for one thing, and none for two', () => {
    const histogram = fc
      .uniqueArray(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 5 })), { selector: ([day]) => day })
      .map((pairs) => pairs.sort(([one], [other]) => one - other).map(([day, n]) => bucket(day, n)))
    fc.assert(
      fc.property(histogram, histogram, fc.nat(31), fc.boolean(), (source, target, day, everyId) => {
        const verdicts = judgeBuckets(source, target, { since: at(day), everyId })
        const counts = new Map(target.map(({ updatedAt, rowCount }) => [updatedAt, rowCount]))
        const compared = new Set<string | null>(verdicts.compare.map(({ updatedAt }) => updatedAt))
        for (const { updatedAt, rowCount } of source) {
          const time = updatedAt ?? ''
          const isFetched = verdicts.fetch.some(({ from, to }) => from <= time && time <= to)
          expect(isFetched).toBe(!counts.has(updatedAt))
          const isSettled = counts.get(updatedAt) === rowCount && time < at(day) && !everyId
          expect(compared.has(updatedAt)).toBe(!isFetched && !isSettled)
          const isAsked = verdicts.idSpans.some(({ from, to }) => from <= time && time <= to)
          expect(isAsked || !compared.has(updatedAt)).toBe(true)
        }
        const sourceTimes = new Set(source.map(({ updatedAt }) => updatedAt))
        const dead = target.filter(({ updatedAt }) => !sourceTimes.has(updatedAt))
        expect(verdicts.empty).toEqual(dead.map(({ updatedAt }) => updatedAt))
      }),
    )
  })
})
