import type { DatedRowId } from '@gather/source'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIds } from '../src/mirror/compare-ids.ts'

const TIMES = ['2020-01-01T00:00:00.000Z', '2020-01-02T00:00:00.000Z', '2020-01-03T00:00:00.000Z'] as const
const [FIRST, SECOND, THIRD] = TIMES
const rows = (updatedAt: string | null, ...ids: string[]): DatedRowId[] =>
  ids.map((id) => ({ id, updatedAt }))
const bucketOf = (updatedAt: string, source: readonly DatedRowId[], target: readonly DatedRowId[]) => {
  const countOf = (each: readonly DatedRowId[]) => each.filter((row) => row.updatedAt === updatedAt).length
  return { updatedAt, sourceRows: countOf(source), targetRows: countOf(target) }
}
const compare = (
  source: readonly DatedRowId[],
  target: readonly DatedRowId[],
  times: readonly string[] = TIMES,
  wholeShare = 0.5,
) =>
  compareIds(
    times.map((time) => bucketOf(time, source, target)),
    source,
    target,
    wholeShare,
  )
const NOTHING = { fetchTimes: [], missing: [], dead: [], differingCount: 0 }

describe('comparing ids', () => {
  it('finds nothing where they are the same, in any order', () => {
    const source = [...rows(FIRST, 'a', 'b'), ...rows(SECOND, 'c')]
    expect(compare(source, source.toReversed())).toEqual(NOTHING)
  })

  it('finds rows that the target lacks, and rows that it alone has', () => {
    const source = [...rows(FIRST, 'a', 'b', 'new'), ...rows(SECOND, 'c')]
    const target = [...rows(FIRST, 'a', 'b'), ...rows(SECOND, 'c', 'old')]
    expect(compare(source, target)).toEqual({
      ...NOTHING,
      missing: ['new'],
      dead: ['old'],
      differingCount: 2,
    })
  })

  it('finds one that took the place of another', () => {
    const [source, target] = [rows(FIRST, 'a', 'b', 'new'), rows(FIRST, 'a', 'b', 'old')]
    expect(compare(source, target)).toEqual({
      ...NOTHING,
      missing: ['new'],
      dead: ['old'],
      differingCount: 1,
    })
  })

  it('takes a row that went from one time to another for dead at the one and missing at the other', () => {
    const source = [...rows(FIRST, 'a'), ...rows(SECOND, 'b', 'c', 'moved')]
    const target = [...rows(FIRST, 'a', 'moved'), ...rows(SECOND, 'b', 'c')]
    expect(compare(source, target)).toMatchObject({ missing: ['moved'], dead: ['moved'], differingCount: 2 })
  })

  it.each([
    [0.5, 2, ['c', 'd']],
    [0.5, 3, []],
    [1, 4, ['a', 'b', 'c', 'd']],
    [0, 1, []],
  ])('reads a bucket whole above a share of %d: %i of four are lacking', (wholeShare, lacking, missing) => {
    const source = rows(FIRST, 'a', 'b', 'c', 'd')
    const target = rows(FIRST, 'a', 'b', 'c', 'd').slice(0, 4 - lacking)
    const found = compare(source, target, [FIRST], wholeShare)
    expect(found.missing).toEqual(missing)
    expect(found.fetchTimes).toEqual(
      missing.length > 0 ? [] : [{ updatedAt: FIRST, sourceRows: 4, targetRows: 4 - lacking }],
    )
  })

  it('leaves times aside that it was not asked about, and rows without one', () => {
    const source = [...rows(FIRST, 'a'), ...rows(THIRD, 'x'), ...rows(null, 'n')]
    const target = [...rows(FIRST, 'a'), ...rows(THIRD, 'y'), ...rows(null, 'm')]
    expect(compare(source, target, [FIRST])).toEqual(NOTHING)
  })

  it('leaves a target that has the source’s rows once what it says is done', () => {
    const anyRows = fc.uniqueArray(fc.record({ id: fc.nat(40), time: fc.constantFrom(...TIMES) }), {
      selector: ({ id }) => id,
    })
    const datedOf = (each: readonly { id: number; time: string }[]) =>
      each.map(({ id, time }) => ({ id: `row-${id}`, updatedAt: time }))
    fc.assert(
      fc.property(anyRows, anyRows, fc.double({ min: 0, max: 1, noNaN: true }), (there, here, wholeShare) => {
        const [source, target] = [datedOf(there), datedOf(here)]
        const { fetchTimes, missing, dead } = compare(source, target, TIMES, wholeShare)
        const after = new Map(target.map(({ id, updatedAt }) => [id, updatedAt]))
        for (const id of dead) after.delete(id)
        const fetched = new Set<string | null>(fetchTimes.map(({ updatedAt }) => updatedAt))
        for (const { id, updatedAt } of source)
          if (fetched.has(updatedAt) || missing.includes(id)) after.set(id, updatedAt)
        expect(after).toEqual(new Map(source.map(({ id, updatedAt }) => [id, updatedAt])))
        const isTwice = source.some(({ id, updatedAt }) => fetched.has(updatedAt) && missing.includes(id))
        expect(isTwice).toBe(false)
      }),
    )
  })
})
