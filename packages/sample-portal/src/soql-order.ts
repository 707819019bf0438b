import type { Random } from './random.ts'
import { type Comparator, comparatorOf, nullsLast } from './soql-compare.ts'
import { type Compiled, compileExpression, type Scope } from './soql-compile.ts'
import { SoqlError } from './soql-error.ts'
import type { OrderTerm } from './soql-syntax.ts'

export interface CompiledOrder<Source> {
  readonly key: Compiled<Source>
  readonly descending: boolean
  readonly compare: Comparator
}

/** @throws SoqlError `un-orderable-order` */
export function compileOrder<Source>(
  terms: readonly OrderTerm[],
  scope: Scope<Source>,
): CompiledOrder<Source>[] {
  return terms.map(({ expression, descending }) => {
    const key = compileExpression(expression, scope)
    const ascending = key.type === 'null' ? () => 0 : comparatorOf(key.type)
    if (ascending === undefined) {
      const message = `Cannot order by an expression of type ${key.type}`
      throw new SoqlError('un-orderable-order', message, { expression }, { type: key.type })
    }
    const compare = nullsLast(ascending)
    return { key, descending, compare: descending ? (left, right) => compare(right, left) : compare }
  })
}

/** The items sorted by the terms; items that tie keep their place. */
export function sortItems<Item>(items: readonly Item[], order: readonly CompiledOrder<Item>[]): Item[] {
  const keyed = items.map((item) => ({ item, keys: order.map((term) => term.key.read(item)) }))
  keyed.sort((left, right) => {
    for (const [index, term] of order.entries()) {
      const result = term.compare(left.keys[index], right.keys[index])
      if (result !== 0) return result
    }
    return 0
  })
  return keyed.map(({ item }) => item)
}

/**
 * The numbers from 0 to `count - 1` in another order at each call, as a function of the place. Rows of an unordered
 * query come like this: two pages of it overlap and leave gaps, as on the live service, only more so.
 */
export function shuffledIndexes(count: number, random: Random): (place: number) => number {
  if (count < 2) return (place) => place
  let step = 1 + Math.floor(random() * (count - 1))
  while (greatestCommonDivisor(step, count) !== 1) step = step === count - 1 ? 1 : step + 1
  const start = Math.floor(random() * count)
  return (place) => (start + step * place) % count
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right)
}
