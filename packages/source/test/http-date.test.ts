import { LIMITS } from '@gather/platform'
import { describe, expect, it } from 'vitest'
import { parseRetryAfterMs } from '../src/http-date.ts'

const NOW_MS = Date.UTC(2026, 6, 16, 17, 40, 22)

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['Thu, 16 Jul 2026 17:40:52 GMT', 30_000],
    ['Thu, 16 Jul 2026 17:40:00 GMT', 0],
    ['86400', LIMITS.retryAfterMsMax],
    ['99999999999999999999999', LIMITS.retryAfterMsMax],
    ['Fri, 16 Jul 2066 17:40:00 GMT', LIMITS.retryAfterMsMax],
  ])('%j asks to wait %d ms', (text, waitMs) => {
    expect(parseRetryAfterMs(text, NOW_MS)).toBe(waitMs)
  })

  it.each([
    undefined,
    '',
    ' ',
    '-5',
    '1.5',
    '1e3',
    'soon',
    'later 5',
    '2026-07-16',
    'Thu, 99 Jul 2026 17:40:52 GMT',
  ])('%j says nothing', (text) => {
    expect(parseRetryAfterMs(text, NOW_MS)).toBeUndefined()
  })
})
