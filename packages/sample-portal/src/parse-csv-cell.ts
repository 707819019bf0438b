import { parsePortalDate } from './portal-date.ts'

/** `address`, line feed, `city, state zip`, line feed, `(latitude, longitude)`; the address may be missing. */
export const LOCATION_CELL =
  /^(?:(?<address>[^\n]*)\n(?<city>[^\n,]*), (?<state>[^\n ]*) (?<zip>[^\n ]*)\n)?\((?<latitude>-?[\d.]+), (?<longitude>-?[\d.]+)\)$/

/** A cell that is not null as a value of its column; an empty text is one only in a text column. */
export function parseCsvCell(cell: string, dataTypeName: string): unknown {
  if (cell === '' && dataTypeName !== 'text') return null
  switch (dataTypeName) {
    case 'calendar_date':
    case 'date':
      return parsePortalDate(cell)?.timestamp ?? cell
    case 'location':
      return parseLocation(cell)
    case 'url':
      return parseUrl(cell)
    default:
      return cell
  }
}

function parseLocation(cell: string): unknown {
  const groups = LOCATION_CELL.exec(cell)?.groups
  if (groups === undefined) return cell
  const { address, city, state, zip, latitude, longitude } = groups
  if (address === undefined) return { latitude, longitude }
  const human = [
    ['address', address],
    ['city', city],
    ['state', state],
    ['zip', zip],
  ]
  const human_address = `{${human.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`).join(', ')}}`
  return { latitude, longitude, human_address }
}

function parseUrl(cell: string): unknown {
  const match = /^(.*) \((\S+)\)$/s.exec(cell)
  return match === null ? { url: cell } : { url: match[2], description: match[1] }
}
