import type { RowIdCodec } from './row-id.ts'
import type { Value } from './soql-compare.ts'
import type { Expression } from './soql-syntax.ts'
import { parseFixedTimestamp, parseFloatingTimestamp } from './timestamp.ts'
import type { SoqlType } from './wire-type.ts'

/**
 * A text literal read as a value of another type (`'2019-01-01'` as a timestamp, `'row-…'` as a row id), as the server
 * does by itself. Undefined where the expression is no text literal or its text has not the form of that type.
 */
export function castLiteral(expression: Expression, type: SoqlType, codec: RowIdCodec): Value | undefined {
  if (expression.kind !== 'literal' || expression.type !== 'text') return undefined
  const text = expression.value
  switch (type) {
    case 'number':
    case 'double':
      return /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? text : undefined
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined
    case 'floating_timestamp':
      return parseFloatingTimestamp(text)
    case 'fixed_timestamp':
      return parseFixedTimestamp(text)
    case 'row_identifier':
      return codec.decodeId(text)
    case 'row_version':
      return codec.decodeVersion(text)
    default:
      return undefined
  }
}
