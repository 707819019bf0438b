import { type TruncateUnit, truncateTimestamp } from './timestamp.ts'

/** The session time zone of the server. */
export interface TimeZone {
  /** The beginning of the local year, month or day that holds a timestamp in UTC, itself written in UTC. */
  truncate(timestamp: string, unit: TruncateUnit): string
}

const UTC: TimeZone = { truncate: truncateTimestamp }

const DAY_MS = 86_400_000
/** Offsets of these days change at whole quarters of an hour of UTC only. */
const QUARTER_MS = 900_000
const OFFSETS_MAX = 100_000

/** Tells how many milliseconds local time is ahead of UTC at a moment. */
type Offset = (timeMs: number) => number

/** @throws Error for a name that the IANA time zone database does not have */
export function createTimeZone(name: string): TimeZone {
  const offset = createOffset(name)
  if (name === 'UTC') return UTC
  return {
    truncate: (timestamp, unit) => {
      const timeMs = Date.parse(timestamp)
      const startMs = startOf(timeMs + offset(timeMs), unit)
      return new Date(toUtc(startMs, offset)).toISOString()
    },
  }
}

function createOffset(name: string): Offset {
  const format = createFormat(name)
  const known = new Map<number, number>()
  return (timeMs) => {
    const quarter = Math.floor(timeMs / QUARTER_MS)
    const found = known.get(quarter)
    if (found !== undefined) return found
    const offsetMs = parseOffset(format.format(quarter * QUARTER_MS))
    if (known.size < OFFSETS_MAX) known.set(quarter, offsetMs)
    return offsetMs
  }
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    throw new Error(`time zone "${timeZone}" is unknown; a known one is America/Los_Angeles`)
  }
}

/** Of a text such as `7/22/2019, GMT-07:00`. */
function parseOffset(text: string): number {
  const [, sign, hours, minutes, seconds = 0] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
  if (sign === undefined) return 0
  const absolute = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return (sign === '-' ? -absolute : absolute) * 1000
}

/** In local time, as milliseconds that would be since 1970 in UTC. */
function startOf(localMs: number, unit: TruncateUnit): number {
  const start = new Date(localMs)
  start.setUTCHours(0, 0, 0, 0)
  if (unit !== 'ymd') start.setUTCDate(1)
  if (unit === 'y') start.setUTCMonth(0)
  return start.getTime()
}

/** As postgres has it: a midnight that is skipped is when the clocks change, one that comes twice is the second. */
function toUtc(localMs: number, offset: Offset): number {
  const before = localMs - offset(localMs - DAY_MS)
  const after = localMs - offset(localMs + DAY_MS)
  return after + offset(after) === localMs ? after : before
}
