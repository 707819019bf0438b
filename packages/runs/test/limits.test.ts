import { planPages } from '@gather/ledger'
import { isFault, LIMITS, readConfig } from '@gather/platform'
import { parseTopic } from '@gather/topics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPageRows } from '../src/plan-run.ts'

/** What the count of a portal may say at most: 15 digits. */
const rowCount = fc.oneof(fc.nat(2_000_000), fc.integer({ min: 0, max: 999_999_999_999_999 }))
const anyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 1, LIMITS.pageRowsMax, LIMITS.pageRowsMax + 1),
)
const anyText = fc.oneof(
  anyNumber.map(String),
  fc.string(),
  fc.constantFrom('1e3', '0x10', '1_000', ' 7 ', '٣', '', '99999999999999999999'),
)

const outcomeOf = <Result>(work: () => Result): Result | string => {
  try {
    return work()
  } catch (error) {
    if (isFault(error) && error.kind === 'terminal') return error.code
    throw error
  }
}

describe('S20: what a person or a portal asks for', () => {
  it('makes at most the pages that are allowed, each of at most the rows that are allowed, or is refused', () => {
    fc.assert(
      fc.property(rowCount, fc.integer({ min: 1, max: LIMITS.pageRowsMax }), (plannedRows, pageRows) => {
        const pages = outcomeOf(() => planPages(plannedRows, pageRows))
        if (!Array.isArray(pages)) {
          expect(pages).toBe('PLAN_TOO_MANY_PAGES')
          expect(plannedRows).toBeGreaterThan(LIMITS.pagesMax * pageRows)
          return
        }
        expect(pages.length).toBeLessThanOrEqual(LIMITS.pagesMax)
        expect(pages.length).toBe(Math.ceil(plannedRows / pageRows))
        expect(Math.max(0, ...pages.slice(-2).map((page) => page.plannedRows))).toBeLessThanOrEqual(pageRows)
        expect(pages.reduce((sum, page) => sum + page.plannedRows, 0)).toBe(plannedRows)
      }),
      { numRuns: 60 },
    )
  })

  it('is refused at once for a billion pages of one row: no list of them is made', () => {
    expect(outcomeOf(() => planPages(1_000_000_000, 1))).toBe('PLAN_TOO_MANY_PAGES')
    expect(outcomeOf(() => planPages(999_999_999_999_999, LIMITS.pageRowsMax))).toBe('PLAN_TOO_MANY_PAGES')
  })

  it('sets rows of a page only from one to the limit, on the command line and in a topic file', () => {
    const parse = (page_rows: number) =>
      parseTopic(
        {
          topic: 'things',
          source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
          target: { store: 'mysql', table: 'things' },
          columns: { a: { from: 'a', type: 'int' } },
          page_rows,
        },
        'test',
      ).pageRows
    fc.assert(
      fc.property(anyNumber, (value) => {
        const isAllowed = Number.isInteger(value) && value >= 1 && value <= LIMITS.pageRowsMax
        expect(isPageRows(value)).toBe(isAllowed)
        expect(outcomeOf(() => parse(value))).toBe(isAllowed ? value : 'TOPIC_INVALID')
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['WORKER_CONCURRENCY', 'workerConcurrency', 1, 64],
    ['JOB_LOCK_MS', 'jobLockMs', 1_000, 600_000],
    ['RECONCILE_INTERVAL_MS', 'reconcileIntervalMs', 100, 600_000],
    ['SHUTDOWN_GRACE_MS', 'shutdownGraceMs', 0, 600_000],
  ] as const)('sets %s only within its bounds', (name, key, min, max) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const value = outcomeOf(
          () => readConfig({ MYSQL_URL: 'mysql://u:p@127.0.0.1/rover', [name]: text })[key],
        )
        if (value === 'CONFIG_INVALID') return
        expect(value).toBeGreaterThanOrEqual(min)
        expect(value).toBeLessThanOrEqual(max)
        if (text !== '') expect(String(value)).toBe(text.trim().replace(/^0+(?=\d)/, ''))
      }),
      { numRuns: 500 },
    )
  })
})
