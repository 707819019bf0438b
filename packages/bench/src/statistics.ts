/** What several measurements of one thing come to. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

/** @throws RangeError for no measurement at all */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  const min = sorted[0]
  const max = sorted.at(-1)
  if (min === undefined || max === undefined) throw new RangeError('nothing was measured')
  return { median: medianOf(sorted), min, max, count: sorted.length }
}

/** The middle one of sorted numbers, or the mean of the middle two. */
function medianOf(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  return (lower + upper) / 2
}

/** Ratios of measurements that were made in the same round. */
export const ratiosOf = (samples: readonly number[], others: readonly number[]): number[] =>
  samples.slice(0, others.length).map((sample, round) => sample / (others[round] ?? Number.NaN))
