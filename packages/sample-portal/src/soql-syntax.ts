/** An operator is a call too, under a name no one can type: `op$=`, `op$and`, `#IN`, `op$()` for parentheses. */
export type Expression = ColumnExpression | LiteralExpression | CallExpression

export interface ColumnExpression {
  readonly kind: 'column'
  readonly name: string
}

export interface LiteralExpression {
  readonly kind: 'literal'
  readonly type: 'text' | 'number' | 'boolean' | 'null'
  /** The text of a text or number literal, `true` or `false` of a boolean one. */
  readonly value: string
}

export interface CallExpression {
  readonly kind: 'call'
  readonly name: string
  readonly operands: readonly Expression[]
  /** `count(*)` */
  readonly star?: true
}

export type SelectItem =
  | { readonly kind: 'star'; readonly system: boolean }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly alias?: string }

export interface OrderTerm {
  readonly expression: Expression
  readonly descending: boolean
}

export interface SoqlQuery {
  readonly select: readonly SelectItem[]
  readonly where?: Expression | undefined
  readonly groupBy: readonly Expression[]
  readonly having?: Expression | undefined
  readonly orderBy: readonly OrderTerm[]
  /** Absent: the default of 1000 rows. */
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const

export function isComparison(text: string): text is (typeof COMPARISONS)[number] {
  return COMPARISONS.some((operator) => operator === text)
}
