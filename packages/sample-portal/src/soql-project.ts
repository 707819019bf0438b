import type { Schema } from './query-plan.ts'
import type { Value } from './soql-compare.ts'
import type { Compiled } from './soql-compile.ts'
import type { SoqlType } from './wire-type.ts'

/** The type that the headers name for a field; a bare `null` counts as text. */
export function knownType(type: SoqlType | 'null' | undefined): SoqlType {
  return type === undefined || type === 'null' ? 'text' : type
}

/** Row ids and versions leave as their texts; everything else is in wire form already. */
export function wireReader<Source>(column: Compiled<Source>, { codec }: Schema): (source: Source) => Value {
  if (column.type !== 'row_identifier' && column.type !== 'row_version')
    return (source) => column.read(source)
  const encode = column.type === 'row_identifier' ? codec.encodeId : codec.encodeVersion
  return (source) => {
    const value = column.read(source)
    return value === null ? null : encode(Number(value))
  }
}
