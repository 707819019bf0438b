import type { ResultField } from './query-plan.ts'
import type { Value } from './soql-compare.ts'
import type { SoqlType } from './wire-type.ts'
import { writeWkt } from './wkt.ts'

/** The dialect of `/resource/….csv`: field names, every cell quoted, nothing at all for null, LF after each row. */
export function writeCsvRows(fields: readonly ResultField[], rows: readonly (readonly Value[])[]): string {
  const header = fields.map(({ alias }) => quoteCell(alias)).join(',')
  const lines = rows.map((row) =>
    fields
      .map(({ type }, index) => {
        const value = row[index] ?? null
        return value === null ? '' : quoteCell(writeCsvValue(type, value))
      })
      .join(','),
  )
  return `${[header, ...lines].join('\n')}\n`
}

export function quoteCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** A value that is not null as the text of a CSV cell, unquoted. */
export function writeCsvValue(type: SoqlType, value: Value): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const parts: Readonly<Record<string, unknown>> = { ...value }
  switch (type) {
    case 'url':
      return writeUrl(parts)
    case 'location':
      return writeLocation(parts)
    case 'document':
      return writeDocument(parts)
    default:
      return writeWkt(value)
  }
}

function writeUrl({ url, description }: Readonly<Record<string, unknown>>): string {
  if (url === undefined || description === undefined) return String(url ?? description ?? '')
  return `${description} (${url})`
}

function writeLocation(parts: Readonly<Record<string, unknown>>): string {
  const lines: string[] = []
  if (typeof parts.human_address === 'string') {
    const { address = '', city = '', state = '', zip = '' } = JSON.parse(parts.human_address)
    lines.push(address, `${city}, ${state} ${zip}`)
  }
  if (parts.latitude !== undefined) lines.push(`(${parts.latitude}, ${parts.longitude})`)
  return lines.join('\n')
}

function writeDocument(parts: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams()
  for (const key of ['filename', 'content_type']) {
    if (parts[key] !== undefined) query.set(key, String(parts[key]))
  }
  return query.size === 0 ? String(parts.file_id) : `${parts.file_id}?${query}`
}
