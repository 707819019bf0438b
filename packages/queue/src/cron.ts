import { Fault } from '@gather/platform'
import { CronExpressionParser } from 'cron-parser'

/** What of cron every field is made of; `H` would be another time with each reading. */
const FIELD =
  /^(?:[\d*,/#?-]|L|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)+$/i
const FIELD_COUNT = 5
/** What the table of schedules holds. */
const CRON_CHARS_MAX = 200

/**
 * The first time after `after` that a cron expression names in a time zone. A time of day that the zone skips is an hour later on
 * that day, one that comes twice counts once, the first time.
 * @param cron - five fields: minute, hour, day of the month, month, day of the week
 * @param timeZone - a name such as `America/Los_Angeles`
 * @throws Fault `USAGE_SCHEDULE` (terminal): one of the two is wrong
 */
export function nextTime(cron: string, timeZone: string, after: Date): Date {
  checkForm(cron, timeZone)
  try {
    return CronExpressionParser.parse(cron, { tz: timeZone, currentDate: after }).next().toDate()
  } catch (cause) {
    throw wrongCron(cron, cause instanceof Error ? cause.message : 'it names no time', cause)
  }
}

/**
 * Looks whether a schedule can be kept.
 * @returns its expression with single spaces
 * @throws Fault `USAGE_SCHEDULE` (terminal): says what is wrong, with an example
 */
export function checkCron(cron: string, timeZone: string, now: Date): string {
  const tidy = cron.trim().replace(/\s+/g, ' ')
  if (tidy.length > CRON_CHARS_MAX)
    throw wrongCron(tidy, `it has ${tidy.length} characters, ${CRON_CHARS_MAX} are the most`)
  nextTime(tidy, timeZone, now)
  return tidy
}

function checkForm(cron: string, timeZone: string): void {
  const fields = cron.split(' ')
  if (fields.length !== FIELD_COUNT)
    throw wrongCron(cron, 'it must have five fields: minute, hour, day of the month, month, day of the week')
  const odd = fields.find((field) => !FIELD.test(field))
  if (odd !== undefined) throw wrongCron(cron, `"${odd}" is no field of it`)
  if (!isTimeZone(timeZone)) throw wrongZone(timeZone)
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function wrongCron(cron: string, fault: string, cause?: unknown): Fault {
  const message = `the cron expression "${cron}" can't be used: ${fault} (an example: "0 3 * * *", every day at 3:00)`
  return new Fault({ code: 'USAGE_SCHEDULE', kind: 'terminal', message, cause })
}

function wrongZone(timeZone: string): Fault {
  const message = `there is no time zone "${timeZone}" (examples: UTC, America/Los_Angeles)`
  return new Fault({ code: 'USAGE_SCHEDULE', kind: 'terminal', message })
}
