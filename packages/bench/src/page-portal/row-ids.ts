/** Letters of the portal's row ids, in the order of their codes. */
const LETTERS = '23456789abcdefghijkmnpqrstuvwxyz'
const HALF = 2 ** 30

/** Pairs of letters for ten bits, so that an id takes six look-ups. */
const PAIRS = Array.from(LETTERS).flatMap((first) => Array.from(LETTERS, (second) => first + second))

/**
 * `ascending`: ids whose texts are in the order of the rows, the cheapest for an index that is filled row by row.
 * `scattered`: without any order, as the texts of the live service are.
 */
export type RowIdOrder = 'ascending' | 'scattered'

export const ROW_ID_ORDERS: readonly RowIdOrder[] = ['ascending', 'scattered']

/** The `:id` of the row at a 0-based place, such as `row-2222.2243.mk9t`; distinct for places below 2^30. */
export function rowIdAt(index: number, order: RowIdOrder): string {
  const high = order === 'ascending' ? Math.floor(index / HALF) : scatter(index, 0x9e3779b1)
  const low = order === 'ascending' ? index % HALF : scatter(index, 0x2c1b3c6d)
  const third = pair(low, 20)
  return `row-${pair(high, 20)}${pair(high, 10)}.${pair(high, 0)}${third}.${pair(low, 10)}${pair(low, 0)}`
}

const pair = (bits: number, shift: number): string => PAIRS[(bits >>> shift) & 1023] ?? ''

/** A permutation of the numbers below 2^30: products with an odd number and exclusive-ors with higher bits can be undone. */
function scatter(index: number, factor: number): number {
  const once = Math.imul(index, factor) & (HALF - 1)
  return Math.imul(once ^ (once >>> 15), factor) & (HALF - 1)
}
