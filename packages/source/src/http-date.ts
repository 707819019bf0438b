import { LIMITS } from '@gather/platform'

/** Strict, because `Date.parse` makes a date of nearly any text that ends in a digit. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** Milliseconds since 1970 of a header such as `Thu, 16 Jul 2026 17:40:22 GMT`; undefined for anything else. */
export function parseHttpDate(text: string | undefined): number | undefined {
  if (text === undefined || !HTTP_DATE.test(text)) return undefined
  const timeMs = Date.parse(text)
  return Number.isNaN(timeMs) ? undefined : timeMs
}

/** Milliseconds that a `Retry-After` (seconds or a date, seen from `nowMs`) asks for, within the limit; undefined where it says nothing. */
export function parseRetryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  const trimmed = text?.trim()
  const dateMs = parseHttpDate(trimmed)
  const waitMs =
    dateMs !== undefined ? dateMs - nowMs : /^\d+$/.test(trimmed ?? '') ? Number(trimmed) * 1000 : undefined
  return waitMs === undefined ? undefined : Math.min(Math.max(waitMs, 0), LIMITS.retryAfterMsMax)
}
