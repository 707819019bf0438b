import { addDecimals } from './decimal.ts'
import type { RowTable, StoredRow } from './row-table.ts'
import { comparatorOf, type Value } from './soql-compare.ts'
import { type Compiled, compileExpression, type Scope } from './soql-compile.ts'
import { SoqlError, typeMismatch } from './soql-error.ts'
import type { CallExpression, Expression } from './soql-syntax.ts'
import type { SoqlType } from './wire-type.ts'

const AGGREGATES = new Set(['count', 'min', 'max', 'sum'])

/** A value that grows with each row of a group. */
export interface Aggregate {
  readonly type: SoqlType
  readonly initial: Value
  readonly add: (total: Value, row: StoredRow) => Value
  readonly finish: (total: Value) => Value
  /** The total over a whole table, where it is known without reading the rows. */
  readonly ofTable?: (table: RowTable) => Value
}

export function isAggregate(expression: Expression): expression is CallExpression {
  return expression.kind === 'call' && AGGREGATES.has(expression.name)
}

export function containsAggregate(expression: Expression): boolean {
  if (expression.kind !== 'call') return false
  return AGGREGATES.has(expression.name) || expression.operands.some(containsAggregate)
}

/** @throws SoqlError for an operand of the wrong type */
export function compileAggregate(call: CallExpression, scope: Scope<StoredRow>): Aggregate {
  const [expression] = call.operands
  if (call.name === 'count' && call.star)
    return { ...countRows(() => true), ofTable: (table) => table.length }
  if (call.star || expression === undefined || call.operands.length > 1) {
    const message = `No such function '${call.name}'; arity ${call.operands.length}`
    throw new SoqlError('no-such-function', message, { expression: call }, { function: call.name })
  }
  const operand = compileExpression(expression, scope)
  if (call.name === 'count') return countRows((row) => operand.read(row) !== null)
  return call.name === 'sum' ? sumOf(operand) : extremeOf(operand, call.name)
}

function countRows(counts: (row: StoredRow) => boolean): Aggregate {
  return {
    type: 'number',
    initial: 0,
    add: (total, row) => (counts(row) ? Number(total) + 1 : total),
    finish: String,
  }
}

function sumOf(operand: Compiled<StoredRow>): Aggregate {
  if (operand.type !== 'number') throw typeMismatch('sum', operand.type, operand.expression)
  return {
    type: 'number',
    initial: null,
    add: (total, row) => {
      const value = operand.read(row)
      if (value === null) return total
      return total === null ? value : addDecimals(String(total), String(value))
    },
    finish: (total) => total,
  }
}

function extremeOf(operand: Compiled<StoredRow>, name: string): Aggregate {
  const compare = operand.type === 'null' ? undefined : comparatorOf(operand.type)
  if (compare === undefined || operand.type === 'null')
    throw typeMismatch(name, operand.type, operand.expression)
  const sign = name === 'max' ? 1 : -1
  return {
    type: operand.type,
    initial: null,
    add: (total, row) => {
      const value = operand.read(row)
      if (value === null) return total
      return total === null || compare(value, total) * sign > 0 ? value : total
    },
    finish: (total) => total,
  }
}
