import { LIMITS } from '@gather/platform'
import { changedBetween, conditionBytes, rowIdIn } from '@gather/source'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planMirrorPages } from '../src/mirror/plan-mirror-pages.ts'
import type { Span } from '../src/mirror/spans.ts'

const BYTES_MAX = 4_000
const at = (minute: number) => new Date(Date.UTC(2020, 0, 1, 0, minute)).toISOString()
const span = (minute: number, rowCount: number): Span => ({ from: at(minute), to: at(minute), rowCount })
const spansOf = (...rowCounts: number[]) => rowCounts.map((rowCount, minute) => span(minute, rowCount))
const plan = (
  parts: Partial<Parameters<typeof planMirrorPages>[0]>,
  pageRows: number,
  bytesMax = BYTES_MAX,
) => planMirrorPages({ spans: [], nullRows: 0, missing: [], ...parts }, pageRows, bytesMax)
const shapeOf = (pages: ReturnType<typeof plan>) =>
  pages.map(({ rowOffset, plannedRows, keyOffset }) => [rowOffset, plannedRows, keyOffset])

describe('the pages of a mirror run', () => {
  it('are none for nothing', () => {
    expect(plan({}, 10)).toEqual([])
  })

  it('are shared by small spans', () => {
    const spans = spansOf(2, 3, 5)
    expect(plan({ spans }, 10)).toEqual([
      { pageNo: 0, rowFilter: changedBetween(spans), rowOffset: 0, plannedRows: 10, keyOffset: 0 },
    ])
    expect(shapeOf(plan({ spans: spansOf(2, 3, 6, 1) }, 10))).toEqual([
      [0, 5, 0],
      [0, 7, 5],
    ])
  })

  it('are several for a large span, which shares none', () => {
    const pages = plan({ spans: spansOf(2, 25, 3) }, 10)
    expect(shapeOf(pages)).toEqual([
      [0, 2, 0],
      [0, 10, 2],
      [10, 10, 12],
      [20, 5, 22],
      [0, 3, 27],
    ])
    expect(new Set(pages.map(({ rowFilter }) => rowFilter)).size).toBe(3)
  })

  it('read rows without a time by themselves, and rows by id last', () => {
    const pages = plan({ spans: spansOf(1), nullRows: 12, missing: ['a', 'b'] }, 10)
    expect(pages.map(({ rowFilter }) => rowFilter)).toEqual([
      changedBetween(spansOf(1)),
      '(:updated_at IS NULL)',
      '(:updated_at IS NULL)',
      rowIdIn(['a', 'b']),
    ])
    expect(shapeOf(pages)).toEqual([
      [0, 1, 0],
      [0, 10, 1],
      [10, 2, 11],
      [0, 2, 13],
    ])
  })

  it('may not be more than a run may have', () => {
    expect(() => plan({ spans: spansOf(LIMITS.pagesMax, 1) }, 1)).toThrow(
      expect.objectContaining({ code: 'PLAN_TOO_MANY_PAGES', kind: 'terminal' }),
    )
    expect(plan({ spans: spansOf(LIMITS.pagesMax) }, 1)).toHaveLength(LIMITS.pagesMax)
  })

  it('cover each row once, with keys without a gap, none with too many rows or too long a condition', () => {
    const anyParts = fc.record({
      spans: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 60 }).map((counts) => spansOf(...counts)),
      nullRows: fc.nat(50),
      missing: fc.uniqueArray(fc.stringMatching(/^row-[a-z2-9]{4}$/), { maxLength: 60 }),
    })
    fc.assert(
      fc.property(
        anyParts,
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 200, max: 2_000 }),
        (parts, pageRows, bytesMax) => {
          const pages = plan(parts, pageRows, bytesMax)
          const rowsUnder = new Map<string, number>()
          let keyOffset = 0
          for (const [pageNo, page] of pages.entries()) {
            const filter = page.rowFilter ?? ''
            expect(page).toMatchObject({ pageNo, keyOffset, rowOffset: rowsUnder.get(filter) ?? 0 })
            expect(page.plannedRows).toBeGreaterThan(0)
            expect(page.plannedRows).toBeLessThanOrEqual(pageRows)
            expect(conditionBytes(filter)).toBeLessThanOrEqual(bytesMax)
            keyOffset += page.plannedRows
            rowsUnder.set(filter, (rowsUnder.get(filter) ?? 0) + page.plannedRows)
          }
          const filters = [...rowsUnder.keys()]
          for (const { from, rowCount } of parts.spans) {
            const holding = filters.filter((filter) => filter.includes(`>= '${from}'`))
            expect(holding).toHaveLength(1)
            const together = parts.spans.filter((one) => holding[0]?.includes(`>= '${one.from}'`))
            const rowsTogether = together.reduce((sum, one) => sum + one.rowCount, 0)
            expect(rowsUnder.get(holding[0] ?? '')).toBe(rowsTogether)
            // A large one stands alone: a page of several spans holds all of them.
            expect(together.length === 1 || rowsTogether <= pageRows).toBe(true)
            expect(rowCount).toBeLessThanOrEqual(rowsTogether)
          }
          for (const id of parts.missing)
            expect(filters.filter((filter) => filter.includes(`'${id}'`))).toHaveLength(1)
          const spanRows = parts.spans.reduce((sum, { rowCount }) => sum + rowCount, 0)
          expect(keyOffset).toBe(spanRows + parts.nullRows + parts.missing.length)
        },
      ),
    )
  })
})
