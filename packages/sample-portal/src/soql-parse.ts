import { SoqlError } from './soql-error.ts'
import { parseOr } from './soql-parse-expression.ts'
import type { Expression, OrderTerm, SelectItem, SoqlQuery } from './soql-syntax.ts'
import { createTokenReader, type TokenReader } from './soql-token-reader.ts'

/** Reads a `$where` or `$having`. @throws SoqlError */
export function parseCondition(text: string): Expression {
  return parseWhole(text, parseOr)
}

/** Reads a `$select`. @throws SoqlError, also where a star does not come first */
export function parseSelect(text: string): SelectItem[] {
  return parseWhole(text, readSelect)
}

/** Reads a `$group`. @throws SoqlError */
export function parseGroupBy(text: string): Expression[] {
  return parseWhole(text, (reader) => readList(reader, parseOr))
}

/** Reads an `$order`. @throws SoqlError */
export function parseOrderBy(text: string): OrderTerm[] {
  return parseWhole(text, readOrderBy)
}

/** Reads a `$query`, one whole statement. @throws SoqlError */
export function parseStatement(text: string): SoqlQuery {
  return parseWhole(text, (reader) => {
    reader.expectWord('select')
    return {
      select: readSelect(reader),
      where: reader.takeWord('where') ? parseOr(reader) : undefined,
      groupBy: takeClause(reader, 'group') ? readList(reader, parseOr) : [],
      having: reader.takeWord('having') ? parseOr(reader) : undefined,
      orderBy: takeClause(reader, 'order') ? readOrderBy(reader) : [],
      limit: reader.takeWord('limit') ? reader.expectInteger() : undefined,
      offset: reader.takeWord('offset') ? reader.expectInteger() : undefined,
    }
  })
}

function parseWhole<Result>(text: string, read: (reader: TokenReader) => Result): Result {
  const reader = createTokenReader(text)
  const result = read(reader)
  reader.expectEnd()
  return result
}

function takeClause(reader: TokenReader, word: string): boolean {
  if (!reader.takeWord(word)) return false
  reader.expectWord('by')
  return true
}

function readList<Item>(reader: TokenReader, readItem: (reader: TokenReader) => Item): Item[] {
  const items = [readItem(reader)]
  while (reader.takeSymbol(',')) items.push(readItem(reader))
  return items
}

function readSelect(reader: TokenReader): SelectItem[] {
  let last: 'system-star' | 'star' | 'expression' | undefined
  return readList(reader, (): SelectItem => {
    const { offset } = reader.current()
    const star = reader.takeSymbol(':*') ? 'system-star' : reader.takeSymbol('*') ? 'star' : undefined
    if (star !== undefined) {
      if (last === 'expression' || last === star || last === 'star') throw misplacedStar(reader, offset)
      last = star
      return { kind: 'star', system: star === 'system-star' }
    }
    last = 'expression'
    return readSelectExpression(reader)
  })
}

function misplacedStar(reader: TokenReader, offset: number): SoqlError {
  const message = 'Star selections must come at the start of the select-list'
  return new SoqlError('unexpected-star', message, { text: reader.text, offset })
}

function readSelectExpression(reader: TokenReader): SelectItem {
  const expression = parseOr(reader)
  if (!reader.takeWord('as')) return { kind: 'expression', expression }
  return { kind: 'expression', expression, alias: reader.expectName().toLowerCase() }
}

function readOrderBy(reader: TokenReader): OrderTerm[] {
  return readList(reader, () => {
    const expression = parseOr(reader)
    if (reader.takeWord('desc')) return { expression, descending: true }
    reader.takeWord('asc')
    return { expression, descending: false }
  })
}
