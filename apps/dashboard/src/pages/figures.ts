const COUNT = new Intl.NumberFormat('en-US')
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `51,754` */
export const formatCount = (count: number): string => COUNT.format(count)

/** `1 row`, `2 rows` */
export const formatCounted = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** `0.8 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h` */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${(Math.max(0, ms) / SECOND_MS).toFixed(1)} s`
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`
  if (ms < HOUR_MS) return inTwoUnits(ms, [MINUTE_MS, 'min'], [SECOND_MS, 's'])
  if (ms < DAY_MS) return inTwoUnits(ms, [HOUR_MS, 'h'], [MINUTE_MS, 'min'])
  return inTwoUnits(ms, [DAY_MS, 'd'], [HOUR_MS, 'h'])
}

type Unit = readonly [ms: number, name: string]

function inTwoUnits(ms: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const rest = Math.floor((ms % largeMs) / smallMs)
  return `${Math.floor(ms / largeMs)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}

/** `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `3 d ago` */
export function formatAge(ms: number): string {
  if (ms < 5 * SECOND_MS) return 'just now'
  const [unitMs, name] = AGE_UNITS.find(([size]) => ms >= size) ?? [SECOND_MS, 's']
  return `${Math.floor(ms / unitMs)} ${name} ago`
}

const AGE_UNITS: readonly Unit[] = [
  [DAY_MS, 'd'],
  [HOUR_MS, 'h'],
  [MINUTE_MS, 'min'],
  [SECOND_MS, 's'],
]

/** `2026-11-24 01:02:03` of a database or ISO time, which is UTC. */
export const formatTime = (time: string): string => time.slice(0, 19).replace('T', ' ')
