import { parseFixedTimestamp, parseFloatingTimestamp } from './timestamp.ts'

/** Types as `X-SODA2-Types` names them. */
export type SoqlType =
  | 'text'
  | 'number'
  | 'double'
  | 'boolean'
  | 'floating_timestamp'
  | 'fixed_timestamp'
  | 'row_identifier'
  | 'row_version'
  | 'url'
  | 'location'
  | 'photo'
  | 'document'
  | 'blob'
  | GeometryType

export type GeometryType = 'point' | 'line' | 'polygon' | 'multipoint' | 'multiline' | 'multipolygon'

const SOQL_TYPES: Readonly<Record<string, SoqlType>> = {
  text: 'text',
  html: 'text',
  email: 'text',
  phone: 'text',
  flag: 'text',
  drop_down_list: 'text',
  number: 'number',
  money: 'number',
  percent: 'number',
  stars: 'number',
  double: 'double',
  checkbox: 'boolean',
  calendar_date: 'floating_timestamp',
  date: 'fixed_timestamp',
  url: 'url',
  location: 'location',
  point: 'point',
  line: 'line',
  polygon: 'polygon',
  multipoint: 'multipoint',
  multiline: 'multiline',
  multipolygon: 'multipolygon',
  photo: 'photo',
  document: 'document',
  blob: 'blob',
}

/** The SoQL type of a column of the metadata's `dataTypeName`. @throws Error for a type that 2.1 does not know */
export function soqlTypeOf(dataTypeName: string): SoqlType {
  const type = SOQL_TYPES[dataTypeName]
  if (type === undefined) {
    throw new Error(
      `column type "${dataTypeName}" is unknown; known are ${Object.keys(SOQL_TYPES).join(', ')}`,
    )
  }
  return type
}

/** A value of a spec or a patch in the form in which it is stored, compared and served. @throws Error if it cannot be one */
export function storeCell(type: SoqlType, value: unknown): unknown {
  if (value === null || value === undefined) return null
  const stored = convertCell(type, value)
  if (stored === undefined) throw new Error(`${JSON.stringify(value)} is no value of type ${type}`)
  return stored
}

function convertCell(type: SoqlType, value: unknown): unknown {
  switch (type) {
    case 'text':
    case 'photo':
    case 'blob':
      return typeof value === 'string' ? value : undefined
    case 'number':
      return plainNumber(value)
    case 'double':
      return typeof value === 'number' ? value : Number(value)
    case 'boolean':
      return parseBoolean(value)
    case 'floating_timestamp':
      return parseFloatingTimestamp(String(value))
    case 'fixed_timestamp':
      return parseFixedTimestamp(value instanceof Date ? value.toISOString() : String(value))
    default:
      return typeof value === 'object' ? value : undefined
  }
}

function parseBoolean(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : undefined
}

function plainNumber(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? text : undefined
}
