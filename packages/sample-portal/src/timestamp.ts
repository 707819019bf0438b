const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?$/
const ZONE = /(Z|[+-]\d\d:?\d\d)$/

const KNOWN_MAX = 20_000
const knownTimestamps = new Set<string>()

/** A timestamp without zone as the server writes it (`2018-11-16T00:00:00.000`), or undefined if the text is none. */
export function parseFloatingTimestamp(text: string): string | undefined {
  // A column holds the same few thousand days over and over; looking one up is ten times quicker than reading it.
  if (knownTimestamps.has(text)) return text
  const timestamp = readFloatingTimestamp(text)
  if (timestamp === text && knownTimestamps.size < KNOWN_MAX) knownTimestamps.add(text)
  return timestamp
}

function readFloatingTimestamp(text: string): string | undefined {
  const parts = LOCAL.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = parts
  const timeExists = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  if (!timeExists || !dayExists(Number(year), Number(month), Number(day))) return undefined
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`
}

function dayExists(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  return day <= 28 || day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
}

/** A timestamp in UTC as the server writes it (`2014-10-14T07:00:00.000Z`); a text without zone is taken as UTC. */
export function parseFixedTimestamp(text: string): string | undefined {
  const zone = text.includes('T') ? ZONE.exec(text)?.[0] : undefined
  const local = parseFloatingTimestamp(zone === undefined ? text : text.slice(0, -zone.length))
  if (local === undefined) return undefined
  const time = Date.parse(`${local}${zone === undefined ? 'Z' : zoneWithColon(zone)}`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

function zoneWithColon(zone: string): string {
  return zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
}

export type TruncateUnit = 'y' | 'ym' | 'ymd'

const KEPT_CHARACTERS = { y: 4, ym: 7, ymd: 10 } as const

/** The start of the year, month or day that holds a stored timestamp; the zone, if there is one, stays UTC. */
export function truncateTimestamp(timestamp: string, unit: TruncateUnit): string {
  const kept = KEPT_CHARACTERS[unit]
  return (
    timestamp.slice(0, kept) + '0000-01-01T00:00:00.000'.slice(kept) + (timestamp.endsWith('Z') ? 'Z' : '')
  )
}
