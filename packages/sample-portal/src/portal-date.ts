import type { DateDisplay } from './dataset-spec.ts'
import { parseFixedTimestamp, parseFloatingTimestamp } from './timestamp.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const LONG = /^([A-Z][a-z]+) (\d\d?),? (\d{4})$/
const DEFAULT = /^(\d\d)\/(\d\d)\/(\d{4})(?: (\d\d):(\d\d):(\d\d) ([AP]M)(?: \+0000)?)?$/

export interface PortalDate {
  /** In wire form, without zone unless the text had one. */
  readonly timestamp: string
  readonly display: DateDisplay
}

/** A date as exports and the API write it: `April 19 2003`, `04/19/2003 12:00:00 AM`, ISO. Undefined for other texts. */
export function parsePortalDate(text: string): PortalDate | undefined {
  const long = LONG.exec(text)
  const display = long === null ? 'default' : 'long'
  const iso = long === null ? isoOfDefault(text) : isoOfLong(long)
  const timestamp = parseFloatingTimestamp(iso) ?? (iso.includes('T') ? parseFixedTimestamp(iso) : undefined)
  return timestamp === undefined ? undefined : { timestamp, display }
}

function isoOfLong([, month = '', day = '', year]: readonly string[]): string {
  return `${year}-${twoDigits(MONTHS.indexOf(month) + 1)}-${day.padStart(2, '0')}`
}

function isoOfDefault(text: string): string {
  const match = DEFAULT.exec(text)
  if (match === null) return text
  const [, month, day, year, hour = '12', minute = '00', second = '00', half = 'AM'] = match
  const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0)
  return `${year}-${month}-${day}T${twoDigits(hours)}:${minute}:${second}${text.endsWith('+0000') ? 'Z' : ''}`
}

/** A timestamp in wire form as `rows.csv` shows it. */
export function formatPortalDate(timestamp: string, display: DateDisplay): string {
  const [year, month, day] = timestamp.slice(0, 10).split('-')
  if (display === 'long') return `${MONTHS[Number(month) - 1]} ${day} ${year}`
  const hours = Number(timestamp.slice(11, 13))
  const clock = `${twoDigits(hours % 12 === 0 ? 12 : hours % 12)}${timestamp.slice(13, 19)} ${hours < 12 ? 'AM' : 'PM'}`
  return `${month}/${day}/${year} ${clock}${timestamp.endsWith('Z') ? ' +0000' : ''}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
