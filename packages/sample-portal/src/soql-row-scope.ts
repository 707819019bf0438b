import type { Schema } from './query-plan.ts'
import type { StoredRow } from './row-table.ts'
import { isAggregate } from './soql-aggregate.ts'
import type { Value } from './soql-compare.ts'
import { type Compiled, noSuchColumn, type Scope } from './soql-compile.ts'
import { SoqlError } from './soql-error.ts'
import type { ColumnExpression } from './soql-syntax.ts'
import { isSystemField, SYSTEM_FIELDS, type SystemField } from './system-field.ts'

/** The names that a row knows: its columns and the system fields. */
export function rowScope({ columns, codec, zone }: Schema): Scope<StoredRow> {
  const slots = new Map(columns.map((column) => [column.fieldName, column]))
  return {
    codec,
    zone,
    resolve: (expression) => {
      if (isAggregate(expression)) {
        const message = `Aggregate function '${expression.name}' used in ungrouped context`
        throw new SoqlError(
          'aggregate-in-ungrouped-context',
          message,
          { expression },
          { function: expression.name },
        )
      }
      if (expression.kind !== 'column') return undefined
      const column = slots.get(expression.name)
      if (column === undefined) return systemField(expression)
      return { expression, type: column.type, read: (row) => row.cells[column.slot] ?? null }
    },
  }
}

const SYSTEM_READERS: Readonly<Record<SystemField, (row: StoredRow) => Value>> = {
  ':id': (row) => row.sequence,
  ':created_at': (row) => isoTimestamp(row.createdAtMs),
  ':updated_at': ({ updatedAtMs }) => (updatedAtMs === null ? null : isoTimestamp(updatedAtMs)),
  ':version': (row) => row.version,
}

function systemField(expression: ColumnExpression): Compiled<StoredRow> {
  const { name } = expression
  if (!isSystemField(name)) throw noSuchColumn(name, expression)
  return { expression, type: SYSTEM_FIELDS[name], read: SYSTEM_READERS[name] }
}

let lastTimestamp = { timeMs: 0, text: '1970-01-01T00:00:00.000Z' }

/** Neighbouring rows mostly share their times, so the last text is kept. */
function isoTimestamp(timeMs: number): string {
  if (timeMs !== lastTimestamp.timeMs) lastTimestamp = { timeMs, text: new Date(timeMs).toISOString() }
  return lastTimestamp.text
}
