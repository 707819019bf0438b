import type { StoredColumn } from './row-table.ts'
import type { CallExpression, Expression, SelectItem, SoqlQuery } from './soql-syntax.ts'

/** A query written out as the server echoes it in errors, with the place (0-based) where each expression begins. */
export interface RenderedQuery {
  readonly text: string
  readonly offsets: ReadonlyMap<Expression, number>
}

interface Writer {
  text: string
  readonly offsets: Map<Expression, number>
}

/** `SELECT ... WHERE ...` with stars written out, behind `SELECT <all columns> |> ` where the data set is a saved view. */
export function renderQuery(
  query: SoqlQuery,
  columns: readonly StoredColumn[],
  savedView: boolean,
): RenderedQuery {
  const writer: Writer = { text: '', offsets: new Map() }
  if (savedView) writer.text += `SELECT ${quoteNames(columns)} |> `
  writer.text += 'SELECT '
  writeList(writer, query.select, (item) => writeSelectItem(writer, item, columns))
  writeClause(writer, 'WHERE', query.where === undefined ? [] : [query.where])
  writeClause(writer, 'GROUP BY', query.groupBy)
  writeClause(writer, 'HAVING', query.having === undefined ? [] : [query.having])
  if (query.orderBy.length > 0) writer.text += ' ORDER BY '
  writeList(writer, query.orderBy, (term) => {
    writeExpression(writer, term.expression)
    writer.text += term.descending ? ' DESC' : ' ASC'
  })
  if (query.limit !== undefined) writer.text += ` LIMIT ${query.limit}`
  if (query.offset !== undefined) writer.text += ` OFFSET ${query.offset}`
  return writer
}

/** One text per meaning: two expressions that read the same are the same group key. */
export function expressionKey(expression: Expression): string {
  if (expression.kind === 'call' && expression.name === 'op$()') {
    const [inner] = expression.operands
    if (inner !== undefined) return expressionKey(inner)
  }
  const writer: Writer = { text: '', offsets: new Map() }
  writeExpression(writer, expression)
  return writer.text
}

function quoteNames(columns: readonly StoredColumn[]): string {
  return columns.map((column) => `\`${column.fieldName}\``).join(', ')
}

function writeClause(writer: Writer, keyword: string, expressions: readonly Expression[]): void {
  if (expressions.length === 0) return
  writer.text += ` ${keyword} `
  writeList(writer, expressions, (expression) => writeExpression(writer, expression))
}

function writeList<Item>(writer: Writer, items: readonly Item[], write: (item: Item) => void): void {
  for (const [index, item] of items.entries()) {
    if (index > 0) writer.text += ', '
    write(item)
  }
}

function writeSelectItem(writer: Writer, item: SelectItem, columns: readonly StoredColumn[]): void {
  if (item.kind === 'star') {
    writer.text += item.system ? ':*' : quoteNames(columns)
    return
  }
  writeExpression(writer, item.expression)
  if (item.alias !== undefined) writer.text += ` AS \`${item.alias}\``
}

function writeExpression(writer: Writer, expression: Expression): void {
  writer.offsets.set(expression, writer.text.length)
  if (expression.kind === 'column') writer.text += `\`${expression.name}\``
  else if (expression.kind === 'call') writeCall(writer, expression)
  else writer.text += expression.type === 'text' ? JSON.stringify(expression.value) : expression.value
}

function writeCall(writer: Writer, call: CallExpression): void {
  const [first, ...rest] = call.operands
  if (first === undefined || !/^(op\$|#)/.test(call.name)) {
    writer.text += `${call.name}(${call.star ? '*' : ''}`
    writeList(writer, call.operands, (operand) => writeExpression(writer, operand))
    writer.text += ')'
    return
  }
  if (call.name === 'op$not' || call.name === 'op$()') {
    writer.text += call.name === 'op$not' ? 'NOT ' : '('
    writeExpression(writer, first)
    writer.text += call.name === 'op$not' ? '' : ')'
    return
  }
  writeExpression(writer, first)
  writer.text += ` ${call.name
    .replace(/^(op\$|#)/, '')
    .replaceAll('_', ' ')
    .toUpperCase()}`
  if (rest.length > 0) writeInfixOperands(writer, call.name, rest)
}

function writeInfixOperands(writer: Writer, name: string, operands: readonly Expression[]): void {
  writer.text += name.endsWith('IN') ? ' (' : ' '
  for (const [index, operand] of operands.entries()) {
    if (index > 0) writer.text += name.endsWith('BETWEEN') ? ' AND ' : ', '
    writeExpression(writer, operand)
  }
  if (name.endsWith('IN')) writer.text += ')'
}
