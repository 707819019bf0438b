import type { Expression } from './soql-syntax.ts'

/** Where an error lies: at an expression of the query, or at a character of the text as it came. */
export type SoqlPlace =
  | { readonly expression: Expression }
  | { readonly text: string; readonly offset: number }

/** A query that the row service refuses with 400. */
export class SoqlError extends Error {
  /** Such as `query.soql.no-such-column`. */
  readonly code: string
  readonly data: Readonly<Record<string, unknown>>
  readonly place: SoqlPlace

  constructor(code: string, message: string, place: SoqlPlace, data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'SoqlError'
    this.code = `query.soql.${code}`
    this.place = place
    this.data = data
  }
}

/** `Type mismatch for op$=, is text`, placed at the operand that has the wrong type. */
export function typeMismatch(functionName: string, type: string, operand: Expression): SoqlError {
  return new SoqlError(
    'type-mismatch',
    `Type mismatch for ${functionName}, is ${type}`,
    { expression: operand },
    { function: functionName, type },
  )
}
