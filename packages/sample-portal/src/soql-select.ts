import { isComputedRegion } from './dataset-spec.ts'
import type { StoredColumn } from './row-table.ts'
import { SoqlError } from './soql-error.ts'
import { expressionKey } from './soql-render.ts'
import type { Expression, SoqlQuery } from './soql-syntax.ts'
import { SYSTEM_FIELDS } from './system-field.ts'

export interface SelectedField {
  readonly alias: string
  readonly expression: Expression
}

/** The select list with its stars written out and a name for each field. @throws SoqlError `duplicate-alias` */
export function nameFields(query: SoqlQuery, columns: readonly StoredColumn[]): SelectedField[] {
  const explicit = explicitAliases(query)
  const taken = new Set([...explicit.keys(), ...columns.map((column) => column.fieldName)])
  const selected = new Set<string>()
  return query.select.flatMap((item): SelectedField[] => {
    if (item.kind === 'star') {
      const names = item.system ? Object.keys(SYSTEM_FIELDS) : starNames(query, columns)
      for (const name of names) selected.add(name)
      return names.map((name) => ({ alias: name, expression: { kind: 'column', name } }))
    }
    const { expression } = item
    if (item.alias !== undefined) {
      if (selected.has(item.alias)) throw duplicateAlias(item.alias, expression)
      selected.add(item.alias)
      return [{ alias: item.alias, expression }]
    }
    const alias = implicitAlias(expression, taken, selected)
    selected.add(alias)
    return [{ alias, expression }]
  })
}

/** Aliases given with `as`: the rest of the query may use them as names. */
export function explicitAliases(query: SoqlQuery): ReadonlyMap<string, Expression> {
  const aliases = new Map<string, Expression>()
  for (const item of query.select) {
    if (item.kind === 'star' || item.alias === undefined) continue
    if (aliases.has(item.alias)) throw duplicateAlias(item.alias, item.expression)
    aliases.set(item.alias, item.expression)
  }
  return aliases
}

/** The expression with each alias in it replaced by what it stands for. */
export function expandAliases(expression: Expression, aliases: ReadonlyMap<string, Expression>): Expression {
  if (expression.kind === 'column') return aliases.get(expression.name) ?? expression
  if (expression.kind === 'literal' || expression.operands.length === 0) return expression
  const operands = expression.operands.map((operand) => expandAliases(operand, aliases))
  return operands.every((operand, index) => operand === expression.operands[index])
    ? expression
    : { ...expression, operands }
}

function starNames(query: SoqlQuery, columns: readonly StoredColumn[]): string[] {
  const ordered = query.orderBy.length > 0
  return columns
    .filter((column) => column.hidden !== true && !(ordered && isComputedRegion(column.fieldName)))
    .map((column) => column.fieldName)
}

function implicitAlias(
  expression: Expression,
  taken: ReadonlySet<string>,
  selected: ReadonlySet<string>,
): string {
  if (expression.kind === 'column' && !selected.has(expression.name)) return expression.name
  const base = expressionKey(expression)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  let alias = base
  for (let count = 1; taken.has(alias) || selected.has(alias); count += 1) alias = `${base}_${count}`
  return alias
}

function duplicateAlias(name: string, expression: Expression): SoqlError {
  return new SoqlError('duplicate-alias', `Duplicate alias: ${name}`, { expression }, { name })
}
