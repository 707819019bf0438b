import { LIMITS } from '@gather/platform'
import { describe, expect, it } from 'vitest'
import { planPages } from '../src/index.ts'
import { splitStatements } from '../src/split-statements.ts'

describe('cutting rows into pages', () => {
  it.each([
    [0, 10, []],
    [1, 10, [1]],
    [10, 10, [10]],
    [11, 10, [10, 1]],
    [20, 10, [10, 10]],
    [3, 1, [1, 1, 1]],
  ])('%i rows in pages of %i', (plannedRows, pageRows, sizes) => {
    const pages = planPages(plannedRows, pageRows)
    expect(pages.map((page) => page.plannedRows)).toEqual(sizes)
  })

  it('covers every row once, without a gap, for any sizes', () => {
    for (let plannedRows = 0; plannedRows <= 120; plannedRows++)
      for (const pageRows of [1, 2, 3, 7, 50, 119, 120, 121]) {
        let next = 0
        for (const page of planPages(plannedRows, pageRows)) {
          expect(page.rowOffset).toBe(next)
          expect(page.plannedRows).toBeGreaterThan(0)
          next += page.plannedRows
        }
        expect(next).toBe(plannedRows)
      }
  })

  it('takes as many pages as the limit and not one more, and says what to raise', () => {
    expect(planPages(LIMITS.pagesMax * 10, 10)).toHaveLength(LIMITS.pagesMax)
    expect(() => planPages(LIMITS.pagesMax * 10 + 1, 10)).toThrow(
      `a run of ${LIMITS.pagesMax + 1} pages is over the limit of ${LIMITS.pagesMax}; raise page_rows`,
    )
  })
})

describe('the statements of a script', () => {
  it('end with a semicolon at the end of a line; comments and empty lines are none', () => {
    const script =
      "-- what it is;\nUSE rover;\n\nCREATE TABLE t (\n  a INT COMMENT 'a; b'\n);\r\nDROP TABLE t;"
    expect(splitStatements(script)).toEqual([
      'USE rover',
      "CREATE TABLE t (\n  a INT COMMENT 'a; b'\n)",
      'DROP TABLE t',
    ])
  })

  it('of an empty script are none', () => {
    expect(splitStatements('-- nothing\n')).toEqual([])
  })
})
