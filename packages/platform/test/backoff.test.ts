import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, LIMITS, withJitter } from '../src/index.ts'

const attempt = fc.integer({ min: 1, max: 100_000 })
const baseMs = fc.integer({ min: 1, max: 10_000 })
const maxMs = fc.integer({ min: 10_000, max: 600_000 })
/** What `Math.random` may give. */
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the wait before an attempt', () => {
  it('doubles from the base up to the limit', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((each) =>
      backoffMs(each, LIMITS.backoffMsBase, LIMITS.backoffMsMax),
    )
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('is never shorter than the base, longer than the limit, or shorter than the one before', () => {
    fc.assert(
      fc.property(attempt, baseMs, maxMs, (number, base, max) => {
        const waitMs = backoffMs(number, base, max)
        expect(waitMs).toBeGreaterThanOrEqual(base)
        expect(waitMs).toBeLessThanOrEqual(max)
        expect(backoffMs(number + 1, base, max)).toBeGreaterThanOrEqual(waitMs)
      }),
    )
  })

  it('is the limit itself where that is below the base', () => {
    expect(backoffMs(1, 1_000, 10)).toBe(10)
  })
})

describe('jitter', () => {
  it('keeps a wait whole and within its upper half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600_000 }), random, (delayMs, drawn) => {
        const waitMs = withJitter(delayMs, () => drawn)
        expect(Number.isInteger(waitMs)).toBe(true)
        expect(waitMs).toBeGreaterThanOrEqual(Math.floor(delayMs / 2))
        expect(waitMs).toBeLessThanOrEqual(delayMs)
      }),
    )
  })

  it('spreads waiters that failed at the same moment', () => {
    const waits = new Set(Array.from({ length: 50 }, () => withJitter(60_000)))
    expect(waits.size).toBeGreaterThan(25)
  })
})
