import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupSpans, joinSpans, type Span } from '../src/mirror/spans.ts'

const at = (minute: number) => new Date(Date.UTC(2020, 0, 1, 0, minute)).toISOString()
const span = (minute: number, rowCount: number): Span => ({ from: at(minute), to: at(minute), rowCount })
const sumOf = (spans: readonly Span[]) => spans.reduce((sum, { rowCount }) => sum + rowCount, 0)
/** Spans a minute apart, each wanted or not. */
const anySpans = fc
  .array(fc.record({ rowCount: fc.integer({ min: 1, max: 40 }), isWanted: fc.boolean() }), { maxLength: 40 })
  .map((each) => each.map(({ rowCount, isWanted }, index) => ({ ...span(index, rowCount), isWanted })))
const anyMax = fc.integer({ min: 1, max: 120 })
const isWithin = (outer: Span, inner: Span) => outer.from <= inner.from && inner.to <= outer.to

describe('joining spans', () => {
  const spans = [span(0, 5), span(1, 2), span(2, 7), span(3, 1), span(4, 3)]
  const all = () => true
  const isOdd = ({ rowCount }: Span) => rowCount !== 2 && rowCount !== 1

  it('makes one of neighbours', () => {
    expect(joinSpans(spans, all, { bridgeRowsMax: 0 })).toEqual([{ from: at(0), to: at(4), rowCount: 18 }])
    expect(joinSpans(spans, isOdd, { bridgeRowsMax: 0 })).toEqual([span(0, 5), span(2, 7), span(4, 3)])
  })

  it('takes as many rows along that nobody asked for as it may', () => {
    expect(joinSpans(spans, isOdd, { bridgeRowsMax: 1 })).toEqual([
      span(0, 5),
      { from: at(2), to: at(4), rowCount: 11 },
    ])
    expect(joinSpans(spans, isOdd, { bridgeRowsMax: 2 })).toEqual([{ from: at(0), to: at(4), rowCount: 18 }])
  })

  it('makes none larger than it may be, except of a span that is so alone', () => {
    expect(joinSpans(spans, all, { bridgeRowsMax: 0, rowsMax: 7 })).toEqual([
      { from: at(0), to: at(1), rowCount: 7 },
      span(2, 7),
      { from: at(3), to: at(4), rowCount: 4 },
    ])
    expect(joinSpans(spans, all, { bridgeRowsMax: 0, rowsMax: 1 })).toEqual(spans)
  })

  it('has each wanted span in exactly one, and counts all rows of each', () => {
    fc.assert(
      fc.property(anySpans, fc.nat(60), anyMax, (each, bridgeRowsMax, rowsMax) => {
        const joined = joinSpans(each, ({ isWanted }) => isWanted, { bridgeRowsMax, rowsMax })
        for (const one of each.filter(({ isWanted }) => isWanted))
          expect(joined.filter((outer) => isWithin(outer, one))).toHaveLength(1)
        for (const [index, outer] of joined.entries()) {
          const inside = each.filter((one) => isWithin(outer, one))
          expect(outer.rowCount).toBe(sumOf(inside))
          expect(inside.at(0)?.isWanted && inside.at(-1)?.isWanted).toBe(true)
          expect(outer.rowCount <= rowsMax || inside.length === 1).toBe(true)
          expect((joined[index - 1]?.to ?? '') < outer.from).toBe(true)
        }
      }),
    )
  })

  it('joins whatever it may', () => {
    fc.assert(
      fc.property(anySpans, fc.nat(60), (each, bridgeRowsMax) => {
        const joined = joinSpans(each, ({ isWanted }) => isWanted, { bridgeRowsMax })
        for (const [index, outer] of joined.entries()) {
          const before = joined[index - 1]
          if (before === undefined) continue
          const between = each.filter(({ from }) => from > before.to && from < outer.from)
          expect(sumOf(between)).toBeGreaterThan(bridgeRowsMax)
        }
      }),
    )
  })
})

describe('grouping spans', () => {
  it('keeps their order, none is left out, and a group is as large as it may be', () => {
    fc.assert(
      fc.property(anySpans, anyMax, (spans, rowsMax) => {
        const groups = groupSpans(spans, rowsMax)
        expect(groups.flat()).toEqual(spans)
        for (const [index, group] of groups.entries()) {
          expect(sumOf(group) <= rowsMax || group.length === 1).toBe(true)
          const next = groups[index + 1]?.[0]
          if (next !== undefined) expect(sumOf(group) + next.rowCount).toBeGreaterThan(rowsMax)
        }
      }),
    )
  })
})
