import type { QueryPlan, ResolvedQuery, Schema } from './query-plan.ts'
import type { RowTable, StoredRow } from './row-table.ts'
import { type Aggregate, compileAggregate, isAggregate } from './soql-aggregate.ts'
import { comparatorOf, type Value } from './soql-compare.ts'
import { type Compiled, compileCondition, compileExpression, type Scope } from './soql-compile.ts'
import { SoqlError } from './soql-error.ts'
import { compileOrder, shuffledIndexes, sortItems } from './soql-order.ts'
import { knownType, wireReader } from './soql-project.ts'
import { expressionKey } from './soql-render.ts'
import { rowScope } from './soql-row-scope.ts'

/** The rows that share their keys: the values of the keys, and the running totals over the rows. */
interface Group {
  readonly keys: readonly Value[]
  readonly totals: Value[]
}

/** A plan with groups, or with one group for everything. The limit counts groups. @throws SoqlError */
export function createGroupPlan(query: ResolvedQuery, schema: Schema): QueryPlan {
  const rows = rowScope(schema)
  const keys = query.groupBy.map((expression) => compileKey(expression, rows))
  const aggregates: Aggregate[] = []
  const scope = groupScope(keys, aggregates, rows)
  const columns = query.fields.map((field) => compileExpression(field.expression, scope))
  const acceptsRow = query.where && compileCondition(query.where, rows, 'where')
  const acceptsGroup = query.having && compileCondition(query.having, scope, 'having')
  const order = compileOrder(query.orderBy, scope)
  const readers = columns.map((column) => wireReader(column, schema))
  const orderedKeys = new Set(order.map((term) => expressionKey(term.key.expression)))
  return {
    fields: query.fields.map(({ alias }, index) => ({ alias, type: knownType(columns[index]?.type) })),
    repeatable: keys.every((key) => orderedKeys.has(expressionKey(key.expression))),
    run: (table, random) => {
      const found = collectGroups(table, { keys, aggregates, accepts: acceptsRow })
      const groups = acceptsGroup === undefined ? found : found.filter(acceptsGroup)
      const indexOf = shuffledIndexes(groups.length, random)
      const shuffled = groups.flatMap((_, place) => groups[indexOf(place)] ?? [])
      const page = sortItems(shuffled, order).slice(query.offset, query.offset + query.limit)
      return page.map((group) => readers.map((read) => read(group)))
    },
  }
}

function compileKey(
  expression: ResolvedQuery['groupBy'][number],
  scope: Scope<StoredRow>,
): Compiled<StoredRow> {
  const key = compileExpression(expression, scope)
  if (key.type !== 'null' && comparatorOf(key.type) === undefined) {
    const message = `Cannot group by an expression of type ${key.type}`
    throw new SoqlError('un-groupable-group-by', message, { expression }, { type: key.type })
  }
  return key
}

/** Keys by what they say, aggregates as they are met (they join `aggregates`); a bare column is an error. */
function groupScope(
  keys: readonly Compiled<StoredRow>[],
  aggregates: Aggregate[],
  rows: Scope<StoredRow>,
): Scope<Group> {
  const places = new Map(keys.map((key, index) => [expressionKey(key.expression), index]))
  return {
    codec: rows.codec,
    zone: rows.zone,
    resolve: (expression) => {
      const place = places.get(expressionKey(expression))
      const key = place === undefined ? undefined : keys[place]
      if (place !== undefined && key !== undefined) {
        return { expression, type: key.type, read: (group) => group.keys[place] }
      }
      if (isAggregate(expression)) {
        const aggregate = compileAggregate(expression, rows)
        const index = aggregates.push(aggregate) - 1
        return { expression, type: aggregate.type, read: (group) => aggregate.finish(group.totals[index]) }
      }
      if (expression.kind !== 'column') return undefined
      rows.resolve(expression)
      const message = `Column ${expression.name} not in group bys`
      throw new SoqlError('column-not-in-group-bys', message, { expression }, { column: expression.name })
    },
  }
}

interface Collecting {
  readonly keys: readonly Compiled<StoredRow>[]
  readonly aggregates: readonly Aggregate[]
  readonly accepts: ((row: StoredRow) => boolean) | undefined
}

function collectGroups(table: RowTable, { keys, aggregates, accepts }: Collecting): Group[] {
  if (keys.length === 0 && accepts === undefined) {
    const totals = aggregates.map((aggregate) => aggregate.ofTable?.(table))
    if (!totals.includes(undefined)) return [{ keys: [], totals }]
  }
  const groups = new Map<string, Group>()
  const startGroup = (values: readonly Value[]): Group => ({
    keys: values,
    totals: aggregates.map((aggregate) => aggregate.initial),
  })
  if (keys.length === 0) groups.set('[]', startGroup([]))
  for (let index = 0; index < table.length; index += 1) {
    const row = table.at(index)
    if (row === undefined || (accepts !== undefined && !accepts(row))) continue
    const values = keys.map((key) => key.read(row))
    const name = groupName(values)
    const group = groups.get(name) ?? startGroup(values)
    groups.set(name, group)
    for (const [place, aggregate] of aggregates.entries()) {
      group.totals[place] = aggregate.add(group.totals[place], row)
    }
  }
  return [...groups.values()]
}

function groupName(values: readonly Value[]): string {
  const [first] = values
  return values.length === 1 && typeof first === 'string' ? `'${first}` : JSON.stringify(values)
}
