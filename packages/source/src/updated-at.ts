import { invalidBody } from './errors.ts'
import { timeTooFine } from './list-faults.ts'

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

/**
 * A time as the portal sends it in the one form `YYYY-MM-DDTHH:MM:SS.mmmZ`.
 * @throws Fault `SOURCE_BODY_INVALID` (transient) for what is none, `SOURCE_TIME_TOO_FINE` (terminal)
 */
export function readUpdatedAt(url: URL, value: unknown): string {
  const [, seconds = '', fraction = ''] = (typeof value === 'string' && TIME.exec(value)) || []
  const time = `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  if (!isTime(time)) throw invalidBody(url, 'an :updated_at of the answer is no time in UTC')
  if (/[1-9]/.test(fraction.slice(3))) throw timeTooFine(url, String(value))
  return time
}

/** True for a time that exists, in exactly the form `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
export function isTime(text: string): boolean {
  const timeMs = TIME.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString() === text
}
