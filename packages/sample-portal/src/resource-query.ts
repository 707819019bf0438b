import { FrontError, unrecognizedArguments } from './errors.ts'
import type { StoredColumn } from './row-table.ts'
import { parseCondition, parseGroupBy, parseOrderBy, parseSelect, parseStatement } from './soql-parse.ts'
import type { Expression, SoqlQuery } from './soql-syntax.ts'
import { SYSTEM_FIELDS } from './system-field.ts'
import { isTicket } from './ticket.ts'

const CLAUSES = ['$select', '$where', '$group', '$having', '$order', '$limit', '$offset'] as const
const VENDOR = ['$$app_token', '$$bom', '$$exclude_system_fields', '$$version', '$$read_from_nbe'] as const

/**
 * The query that the parameters of a `/resource` address ask for.
 * @throws FrontError 400 for a parameter that is neither an option nor a column
 * @throws SoqlError for a clause that cannot be read
 */
export function readResourceQuery(parameters: URLSearchParams, columns: readonly StoredColumn[]): SoqlQuery {
  const filters = readFilters(parameters, columns)
  const statement = parameters.get('$query')
  if (statement !== null) {
    const others = CLAUSES.filter((name) => parameters.has(name))
    if (others.length > 0) {
      const message = `If $query is used, all options - [${others.join(', ')}] should not be specified in $query.`
      throw new FrontError(400, { error: true, message })
    }
    const query = parseStatement(statement)
    return { ...query, where: joinConditions([...filters, query.where]) }
  }
  const clause = <Result>(name: string, parse: (text: string) => Result): Result | undefined => {
    const text = parameters.get(name)
    return text === null ? undefined : parse(text)
  }
  return {
    select: clause('$select', parseSelect) ?? [{ kind: 'star', system: false }],
    where: joinConditions([...filters, clause('$where', parseCondition)]),
    groupBy: clause('$group', parseGroupBy) ?? [],
    having: clause('$having', parseCondition),
    orderBy: clause('$order', parseOrderBy) ?? [],
    limit: clause('$limit', (text) => readCount('$limit', text)),
    offset: clause('$offset', (text) => readCount('$offset', text)),
  }
}

/** Parameters that are no option are equality filters, by column or system field. */
function readFilters(parameters: URLSearchParams, columns: readonly StoredColumn[]): Expression[] {
  const known = new Set<string>([...CLAUSES, ...VENDOR, '$query'])
  const fields = new Set([...columns.map((column) => column.fieldName), ...Object.keys(SYSTEM_FIELDS)])
  const filters = [...parameters].filter(([name, value]) => !known.has(name) && !isTicket(name, value))
  const strange = filters.map(([name]) => name).filter((name) => !fields.has(name.toLowerCase()))
  if (strange.length > 0) throw unrecognizedArguments(strange)
  return filters.map(([name, value]) => ({
    kind: 'call',
    name: 'op$=',
    operands: [
      { kind: 'column', name: name.toLowerCase() },
      { kind: 'literal', type: 'text', value },
    ],
  }))
}

function joinConditions(conditions: readonly (Expression | undefined)[]): Expression | undefined {
  return conditions
    .filter((condition) => condition !== undefined)
    .reduce<Expression | undefined>(
      (left, right) =>
        left === undefined ? right : { kind: 'call', name: 'op$and', operands: [left, right] },
      undefined,
    )
}

function readCount(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const message = `Invalid value for ${name}: ${JSON.stringify(text)} is not a non-negative integer`
  throw new FrontError(400, { code: 'invalid-request', error: true, message })
}
