import { type CallExpression, type Expression, isComparison } from './soql-syntax.ts'
import type { TokenReader } from './soql-token-reader.ts'

const RESERVED = new Set([
  'and',
  'or',
  'not',
  'as',
  'in',
  'is',
  'like',
  'between',
  'asc',
  'desc',
  'where',
  'by',
])

/** Reads an expression of any precedence, `or` being the loosest. @throws SoqlError */
export function parseOr(reader: TokenReader): Expression {
  let left = parseAnd(reader)
  while (reader.takeWord('or')) left = call('op$or', [left, parseAnd(reader)])
  return left
}

function parseAnd(reader: TokenReader): Expression {
  let left = parseNot(reader)
  while (reader.takeWord('and')) left = call('op$and', [left, parseNot(reader)])
  return left
}

function parseNot(reader: TokenReader): Expression {
  return reader.takeWord('not') ? call('op$not', [parseNot(reader)]) : parsePredicate(reader)
}

function parsePredicate(reader: TokenReader): Expression {
  const left = parseAtom(reader)
  const { kind, value } = reader.current()
  if (kind === 'symbol' && isComparison(value)) {
    reader.next()
    return call(`op$${value}`, [left, parseAtom(reader)])
  }
  if (reader.takeWord('is')) {
    const negated = reader.takeWord('not')
    reader.expectWord('null')
    return call(negated ? '#IS_NOT_NULL' : '#IS_NULL', [left])
  }
  return parseMembership(reader, left)
}

function parseMembership(reader: TokenReader, left: Expression): Expression {
  const negated = reader.takeWord('not')
  const prefix = negated ? '#NOT_' : '#'
  if (reader.takeWord('in')) {
    reader.expectSymbol('(')
    return call(`${prefix}IN`, [left, ...parseOperands(reader)])
  }
  if (reader.takeWord('between')) {
    const low = parseAtom(reader)
    reader.expectWord('and')
    return call(`${prefix}BETWEEN`, [left, low, parseAtom(reader)])
  }
  if (reader.takeWord('like')) return call(`${prefix}LIKE`, [left, parseAtom(reader)])
  if (negated) throw reader.unexpected('one of `BETWEEN, IN, LIKE`')
  return left
}

function parseAtom(reader: TokenReader): Expression {
  const token = reader.current()
  if (reader.takeSymbol('(')) {
    const inner = parseOr(reader)
    reader.expectSymbol(')')
    return call('op$()', [inner])
  }
  if (reader.takeSymbol('-')) {
    if (reader.current().kind !== 'number') throw reader.unexpected('a number')
    return { kind: 'literal', type: 'number', value: `-${reader.next().value}` }
  }
  if (token.kind === 'text' || token.kind === 'number') {
    return { kind: 'literal', type: token.kind, value: reader.next().value }
  }
  if (token.kind === 'quoted-name') return { kind: 'column', name: reader.next().value.toLowerCase() }
  return parseWord(reader)
}

function parseWord(reader: TokenReader): Expression {
  const token = reader.current()
  const word = token.value.toLowerCase()
  if (token.kind !== 'word' || RESERVED.has(word)) throw reader.unexpected('an expression')
  reader.next()
  if (word === 'true' || word === 'false') return { kind: 'literal', type: 'boolean', value: word }
  if (word === 'null') return { kind: 'literal', type: 'null', value: word }
  if (!reader.takeSymbol('(')) return { kind: 'column', name: word }
  if (reader.takeSymbol('*')) {
    reader.expectSymbol(')')
    return { ...call(word, []), star: true }
  }
  return call(word, reader.takeSymbol(')') ? [] : parseOperands(reader))
}

function parseOperands(reader: TokenReader): Expression[] {
  const operands = [parseOr(reader)]
  while (reader.takeSymbol(',')) operands.push(parseOr(reader))
  reader.expectSymbol(')')
  return operands
}

function call(name: string, operands: readonly Expression[]): CallExpression {
  return { kind: 'call', name, operands }
}
