import type { RowIdCodec } from './row-id.ts'
import { castLiteral } from './soql-cast.ts'
import { type Comparator, comparatorOf, type Value } from './soql-compare.ts'
import { SoqlError, typeMismatch } from './soql-error.ts'
import { type CallExpression, COMPARISONS, type Expression } from './soql-syntax.ts'
import type { TimeZone } from './time-zone.ts'
import { truncateTimestamp } from './timestamp.ts'
import type { SoqlType } from './wire-type.ts'

/** An operand as far as typing needs it. */
export interface Operand {
  readonly expression: Expression
  readonly type: SoqlType | 'null'
}

export interface FunctionUse {
  readonly call: CallExpression
  readonly operands: readonly Operand[]
  readonly codec: RowIdCodec
  readonly zone: TimeZone
}

/** The type of a call's value, and the value for given operand values. */
export interface FunctionBody {
  readonly type: SoqlType
  readonly evaluate: (values: readonly Value[]) => Value
}

type FunctionBuilder = (use: FunctionUse) => FunctionBody

/** What may be called, operators included; a builder throws a SoqlError for operands of the wrong type or number. */
export const FUNCTIONS: ReadonlyMap<string, FunctionBuilder> = new Map<string, FunctionBuilder>([
  ['op$()', parentheses],
  ['op$and', (use) => logical(use, (values) => and(values))],
  ['op$or', (use) => logical(use, (values) => not(and(values.map(not))))],
  ['op$not', (use) => logical(use, ([value]) => not(value))],
  ...COMPARISONS.map((operator): [string, FunctionBuilder] => [
    `op$${operator}`,
    (use) => comparison(use, operator),
  ]),
  ['#IS_NULL', () => ({ type: 'boolean', evaluate: ([value]) => value === null })],
  ['#IS_NOT_NULL', () => ({ type: 'boolean', evaluate: ([value]) => value !== null })],
  ['#IN', (use) => membership(use)],
  ['#NOT_IN', (use) => negated(membership(use))],
  ['#BETWEEN', (use) => between(use)],
  ['#NOT_BETWEEN', (use) => negated(between(use))],
  ['#LIKE', (use) => like(use)],
  ['#NOT_LIKE', (use) => negated(like(use))],
  ['upper', (use) => textFunction(use, (text) => text.toUpperCase())],
  ['lower', (use) => textFunction(use, (text) => text.toLowerCase())],
  ['starts_with', (use) => textTest(use, (text, part) => text.startsWith(part))],
  ['contains', (use) => textTest(use, (text, part) => text.includes(part))],
  ...(['y', 'ym', 'ymd'] as const).flatMap((unit): [string, FunctionBuilder][] => [
    [
      `date_trunc_${unit}`,
      (use) => truncation(use, 'floating_timestamp', (text) => truncateTimestamp(text, unit)),
    ],
    [
      `datez_trunc_${unit}`,
      (use) => truncation(use, 'fixed_timestamp', (text) => use.zone.truncate(text, unit)),
    ],
  ]),
])

const ACCEPTS: Readonly<Record<(typeof COMPARISONS)[number], (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

function parentheses({ operands }: FunctionUse): FunctionBody {
  const type = operands[0]?.type ?? 'null'
  return { type: type === 'null' ? 'boolean' : type, evaluate: ([value]) => value }
}

function and(values: readonly Value[]): Value {
  if (values.includes(false)) return false
  return values.includes(null) ? null : true
}

function not(value: Value): Value {
  return value === null ? null : value !== true
}

function logical(use: FunctionUse, evaluate: FunctionBody['evaluate']): FunctionBody {
  requireTypes(use, use.operands.length, 'boolean')
  return { type: 'boolean', evaluate }
}

function negated(body: FunctionBody): FunctionBody {
  return { type: 'boolean', evaluate: (values) => not(body.evaluate(values)) }
}

function comparison(use: FunctionUse, operator: (typeof COMPARISONS)[number]): FunctionBody {
  const { compare, prepare } = alignOperands(use)
  const accepts = ACCEPTS[operator]
  return {
    type: 'boolean',
    evaluate: (values) => {
      const [left, right] = prepare(values)
      return left === null || right === null ? null : accepts(compare(left, right))
    },
  }
}

function membership(use: FunctionUse): FunctionBody {
  const { compare, prepare } = alignOperands(use)
  return {
    type: 'boolean',
    evaluate: (values) => {
      const [value, ...choices] = prepare(values)
      if (value === null) return null
      if (choices.some((choice) => choice !== null && compare(value, choice) === 0)) return true
      return choices.includes(null) ? null : false
    },
  }
}

function between(use: FunctionUse): FunctionBody {
  const { compare, prepare } = alignOperands(use)
  return {
    type: 'boolean',
    evaluate: (values) => {
      const [value, low, high] = prepare(values)
      if (value === null || low === null || high === null) return null
      return compare(value, low) >= 0 && compare(value, high) <= 0
    },
  }
}

interface Alignment {
  readonly compare: Comparator
  /** Puts the cast literals in place of their texts. */
  readonly prepare: (values: readonly Value[]) => readonly Value[]
}

/** Brings all operands to one comparable type: text literals follow the operand that is none. */
function alignOperands({ call, operands, codec }: FunctionUse): Alignment {
  const typed = operands.find(({ expression, type }) => expression.kind !== 'literal' && type !== 'null')
  const type = (typed ?? operands.find((operand) => operand.type !== 'null'))?.type ?? 'null'
  if (type === 'null') return { compare: () => 0, prepare: (values) => values }
  const compare = comparatorOf(type)
  const constants = new Map<number, Value>()
  for (const [index, operand] of operands.entries()) {
    if (compare === undefined) throw typeMismatch(call.name, type, typed?.expression ?? call)
    if (operand.type === 'null' || sameFamily(operand.type, type)) continue
    const constant = castLiteral(operand.expression, type, codec)
    if (constant === undefined) throw typeMismatch(call.name, operand.type, operand.expression)
    constants.set(index, constant)
  }
  return {
    compare: compare ?? (() => 0),
    prepare:
      constants.size === 0
        ? (values) => values
        : (values) => values.map((value, index) => constants.get(index) ?? value),
  }
}

function sameFamily(left: SoqlType, right: SoqlType): boolean {
  return left === right || [left, right].every((type) => type === 'number' || type === 'double')
}

function like(use: FunctionUse): FunctionBody {
  return textTest(use, (text, pattern) => likePattern(pattern).test(text))
}

function likePattern(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${source}$`, 's')
}

function textFunction(use: FunctionUse, convert: (text: string) => string): FunctionBody {
  requireTypes(use, 1, 'text')
  return { type: 'text', evaluate: ([value]) => (value === null ? null : convert(String(value))) }
}

function textTest(use: FunctionUse, test: (text: string, other: string) => boolean): FunctionBody {
  requireTypes(use, 2, 'text')
  return {
    type: 'boolean',
    evaluate: ([text, other]) => (text === null || other === null ? null : test(String(text), String(other))),
  }
}

function truncation(use: FunctionUse, type: SoqlType, truncate: (text: string) => string): FunctionBody {
  requireTypes(use, 1, type)
  return { type, evaluate: ([value]) => (value === null ? null : truncate(String(value))) }
}

function requireTypes({ call, operands }: FunctionUse, count: number, type: SoqlType): void {
  if (operands.length !== count) {
    const message = `No such function '${call.name}'; arity ${operands.length}`
    throw new SoqlError('no-such-function', message, { expression: call }, { function: call.name })
  }
  const wrong = operands.find((operand) => operand.type !== type && operand.type !== 'null')
  if (wrong !== undefined) throw typeMismatch(call.name, wrong.type, wrong.expression)
}
