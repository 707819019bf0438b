import type { SoqlQuery } from './soql-syntax.ts'

/** What is forgotten of `$order`: all of it, or the `:id` behind other terms, so that rows which tie change places. */
export type OrderLoss = 'all' | 'ties'

/** The query as a portal understands it that forgot a part of its order. */
export function loseOrder(query: SoqlQuery, loss: OrderLoss | undefined): SoqlQuery {
  if (loss === undefined) return query
  if (loss === 'all') return { ...query, orderBy: [] }
  const last = query.orderBy.at(-1)?.expression
  const breaksTies = query.orderBy.length > 1 && last?.kind === 'column' && last.name === ':id'
  return breaksTies ? { ...query, orderBy: query.orderBy.slice(0, -1) } : query
}
