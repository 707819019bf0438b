import type { RowIdCodec } from './row-id.ts'
import type { Value } from './soql-compare.ts'
import { SoqlError } from './soql-error.ts'
import { FUNCTIONS } from './soql-functions.ts'
import type { CallExpression, Expression, LiteralExpression } from './soql-syntax.ts'
import type { TimeZone } from './time-zone.ts'
import type { SoqlType } from './wire-type.ts'

/** An expression that is known to be well typed, ready to be evaluated over a row or a group. */
export interface Compiled<Source> {
  readonly expression: Expression
  readonly type: SoqlType | 'null'
  read(source: Source): Value
}

/** What names mean: the columns of a row, or the keys and aggregates of a group. */
export interface Scope<Source> {
  readonly codec: RowIdCodec
  readonly zone: TimeZone
  /** The meaning of an expression as a whole; undefined leaves it to its parts. @throws SoqlError for an unknown name */
  resolve(expression: Expression): Compiled<Source> | undefined
}

/** Checks types and binds names. @throws SoqlError */
export function compileExpression<Source>(expression: Expression, scope: Scope<Source>): Compiled<Source> {
  const resolved = scope.resolve(expression)
  if (resolved !== undefined) return resolved
  if (expression.kind === 'literal') return compileLiteral(expression)
  if (expression.kind === 'call') return compileCall(expression, scope)
  throw noSuchColumn(expression.name, expression)
}

export function noSuchColumn(name: string, expression: Expression): SoqlError {
  return new SoqlError('no-such-column', `No such column: ${name}`, { expression }, { column: name })
}

function compileLiteral<Source>(expression: LiteralExpression): Compiled<Source> {
  const { type, value } = expression
  if (type === 'null') return { expression, type, read: () => null }
  const constant = type === 'boolean' ? value === 'true' : value
  return { expression, type, read: () => constant }
}

function compileCall<Source>(call: CallExpression, scope: Scope<Source>): Compiled<Source> {
  const build = FUNCTIONS.get(call.name)
  if (build === undefined || call.star) {
    const message = `No such function '${call.name}'; arity ${call.operands.length}`
    throw new SoqlError('no-such-function', message, { expression: call }, { function: call.name })
  }
  const operands = call.operands.map((operand) => compileExpression(operand, scope))
  const { type, evaluate } = build({ call, operands, codec: scope.codec, zone: scope.zone })
  const [first, second] = operands
  if (first !== undefined && second === undefined) {
    return { expression: call, type, read: (source) => evaluate([first.read(source)]) }
  }
  return {
    expression: call,
    type,
    read: (source) => evaluate(operands.map((operand) => operand.read(source))),
  }
}

/** A compiled condition as a predicate: null counts as false. @throws SoqlError `non-boolean-where` */
export function compileCondition<Source>(
  expression: Expression,
  scope: Scope<Source>,
  clause: 'where' | 'having',
): (source: Source) => boolean {
  const condition = compileExpression(expression, scope)
  if (condition.type !== 'boolean' && condition.type !== 'null') {
    const message = `Cannot use a non-boolean expression (${condition.type}) in ${clause.toUpperCase()}`
    throw new SoqlError(`non-boolean-${clause}`, message, { expression }, { type: condition.type })
  }
  return (source) => condition.read(source) === true
}
