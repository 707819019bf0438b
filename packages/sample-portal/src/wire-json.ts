import type { ResultField } from './query-plan.ts'
import type { Value } from './soql-compare.ts'
import type { SoqlType } from './wire-type.ts'

/** Rows as the row service writes them: `[` row `\n,` row … `]\n`, compact, null fields left out. */
export function writeJsonRows(fields: readonly ResultField[], rows: readonly (readonly Value[])[]): string {
  const write = createRowWriter(fields)
  return `[${rows.map(write).join('\n,')}]\n`
}

function createRowWriter(fields: readonly ResultField[]): (row: readonly Value[]) => string {
  const writers = fields.map(({ alias, type }) => ({
    key: `${JSON.stringify(alias)}:`,
    write: valueWriter(type),
  }))
  return (row) => {
    let text = '{'
    for (const [index, { key, write }] of writers.entries()) {
      const value = row[index]
      if (value === null || value === undefined) continue
      if (text !== '{') text += ','
      text += key + write(value)
    }
    return `${text}}`
  }
}

function valueWriter(type: SoqlType): (value: Value) => string {
  switch (type) {
    case 'number':
    case 'floating_timestamp':
    case 'fixed_timestamp':
    case 'row_identifier':
    case 'row_version':
      return (value) => `"${value}"`
    case 'double':
      return (value) => (Number.isFinite(value) ? String(value) : `"${value}"`)
    default:
      return (value) => JSON.stringify(value)
  }
}
