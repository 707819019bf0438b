import type { QueryPlan, ResolvedQuery, Schema } from './query-plan.ts'
import type { Random } from './random.ts'
import type { RowTable, StoredRow } from './row-table.ts'
import { compileCondition, compileExpression } from './soql-compile.ts'
import { type CompiledOrder, compileOrder, shuffledIndexes, sortItems } from './soql-order.ts'
import { knownType, wireReader } from './soql-project.ts'
import { rowScope } from './soql-row-scope.ts'

/** A plan without groups: filter, order, cut, project. @throws SoqlError */
export function createRowPlan(query: ResolvedQuery, schema: Schema): QueryPlan {
  const scope = rowScope(schema)
  const columns = query.fields.map((field) => compileExpression(field.expression, scope))
  const accepts = query.where && compileCondition(query.where, scope, 'where')
  const order = compileOrder(query.orderBy, scope)
  const readers = columns.map((column) => wireReader(column, schema))
  return {
    fields: query.fields.map(({ alias }, index) => ({ alias, type: knownType(columns[index]?.type) })),
    repeatable: order.some((term) => isRowId(term)),
    run: (table, random) => {
      const rows = pickRows({ table, random, accepts, order, query })
      return rows.map((row) => readers.map((read) => read(row)))
    },
  }
}

interface Picking {
  readonly table: RowTable
  readonly random: Random
  readonly accepts: ((row: StoredRow) => boolean) | undefined
  readonly order: readonly CompiledOrder<StoredRow>[]
  readonly query: ResolvedQuery
}

function pickRows({ table, random, accepts, order, query }: Picking): StoredRow[] {
  const [first] = order
  if (first !== undefined && isRowId(first)) {
    const source = accepts === undefined ? table : filterRows(table, accepts)
    return sliceRows(source, query, (place) => (first.descending ? source.length - 1 - place : place))
  }
  if (accepts === undefined && first === undefined)
    return sliceRows(table, query, shuffledIndexes(table.length, random))
  const rows = filterRows(table, accepts ?? (() => true))
  const indexOf = shuffledIndexes(rows.length, random)
  if (first === undefined) return sliceRows(rows, query, indexOf)
  const shuffled = sliceRows(rows, { offset: 0, limit: rows.length }, indexOf)
  return sortItems(shuffled, order).slice(query.offset, query.offset + query.limit)
}

interface RowRange {
  readonly offset: number
  readonly limit: number
}

function isRowId({ key }: CompiledOrder<StoredRow>): boolean {
  return key.expression.kind === 'column' && key.expression.name === ':id'
}

function sliceRows(table: RowTable, range: RowRange, indexOf: (place: number) => number): StoredRow[] {
  const rows: StoredRow[] = []
  const end = Math.min(table.length, range.offset + range.limit)
  for (let place = range.offset; place < end; place += 1) {
    const row = table.at(indexOf(place))
    if (row !== undefined) rows.push(row)
  }
  return rows
}

function filterRows(table: RowTable, accepts: (row: StoredRow) => boolean): StoredRow[] {
  const rows: StoredRow[] = []
  for (let index = 0; index < table.length; index += 1) {
    const row = table.at(index)
    if (row !== undefined && accepts(row)) rows.push(row)
  }
  return rows
}
