import type { Random } from './random.ts'
import type { RowIdCodec } from './row-id.ts'
import type { RowTable, StoredColumn } from './row-table.ts'
import type { Value } from './soql-compare.ts'
import type { SelectedField } from './soql-select.ts'
import type { Expression, OrderTerm } from './soql-syntax.ts'
import type { TimeZone } from './time-zone.ts'
import type { SoqlType } from './wire-type.ts'

export const DEFAULT_LIMIT = 1000

export interface ResultField {
  readonly alias: string
  readonly type: SoqlType
}

/** A query that is known to be right for the columns it was planned for. */
export interface QueryPlan {
  readonly fields: readonly ResultField[]
  /** Whether the same table gives the same answer again: not so without a total `$order`. */
  readonly repeatable: boolean
  /** Rows as values in field order, in wire form except for their JSON or CSV spelling. */
  run(table: RowTable, random: Random): Value[][]
}

/** What a data set and its server mean to a query. */
export interface Schema {
  readonly columns: readonly StoredColumn[]
  readonly codec: RowIdCodec
  readonly zone: TimeZone
}

/** A query with its stars, names and aliases resolved. */
export interface ResolvedQuery {
  readonly fields: readonly SelectedField[]
  readonly where: Expression | undefined
  readonly groupBy: readonly Expression[]
  readonly having: Expression | undefined
  readonly orderBy: readonly OrderTerm[]
  readonly offset: number
  readonly limit: number
}
