import { DEFAULT_LIMIT, type QueryPlan, type ResolvedQuery, type Schema } from './query-plan.ts'
import type { StoredColumn } from './row-table.ts'
import { containsAggregate } from './soql-aggregate.ts'
import { createGroupPlan } from './soql-group.ts'
import { createRowPlan } from './soql-rows.ts'
import { expandAliases, explicitAliases, nameFields } from './soql-select.ts'
import type { Expression, SoqlQuery } from './soql-syntax.ts'

/** Checks a query against the columns of a data set. @throws SoqlError */
export function planQuery(query: SoqlQuery, schema: Schema): QueryPlan {
  const resolved = resolveQuery(query, schema.columns)
  const grouped =
    resolved.groupBy.length > 0 ||
    resolved.having !== undefined ||
    resolved.fields.some((field) => containsAggregate(field.expression))
  return grouped ? createGroupPlan(resolved, schema) : createRowPlan(resolved, schema)
}

function resolveQuery(query: SoqlQuery, columns: readonly StoredColumn[]): ResolvedQuery {
  const aliases = explicitAliases(query)
  const expand = (expression: Expression) => expandAliases(expression, aliases)
  return {
    fields: nameFields(query, columns),
    where: query.where && expand(query.where),
    groupBy: query.groupBy.map(expand),
    having: query.having && expand(query.having),
    orderBy: query.orderBy.map((term) => ({ ...term, expression: expand(term.expression) })),
    offset: query.offset ?? 0,
    limit: query.limit ?? DEFAULT_LIMIT,
  }
}
