import type { PageFact } from './reads/read-page-facts.ts'
import type { TimeSpan } from './time-span.ts'

/** Spans of time that people count in. */
const STEPS_MS = [
  ...[50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240].map((minutes) => minutes * 60_000),
]
export const BUCKETS_MAX = 120

export interface RateBucket {
  /** Milliseconds since the run was planned. */
  readonly fromMs: number
  readonly pageCount: number
  readonly rowCount: number
  readonly rowsPerSecond: number
}

export interface Rates {
  readonly stepMs: number
  readonly buckets: readonly RateBucket[]
}

/** Rows a second over `span`, in at most {@link BUCKETS_MAX} equal steps. A page's rows count where it was stored. */
export function rateBuckets(pages: readonly PageFact[], span: TimeSpan): Rates {
  const lengthMs = Math.max(1, span.toMs - span.fromMs)
  const stepMs = STEPS_MS.find((step) => lengthMs / step <= BUCKETS_MAX) ?? Math.ceil(lengthMs / BUCKETS_MAX)
  const sums = Array.from({ length: Math.ceil(lengthMs / stepMs) }, () => ({ pageCount: 0, rowCount: 0 }))
  for (const page of pages) {
    if (page.state !== 'done') continue
    const index = Math.min(sums.length - 1, Math.max(0, Math.floor((page.changedMs - span.fromMs) / stepMs)))
    const sum = sums[index]
    if (sum === undefined) continue
    sum.pageCount += 1
    sum.rowCount += page.rowCount
  }
  const buckets = sums.map((sum, index) => {
    const fromMs = span.fromMs + index * stepMs
    // The last step is not over: its rows came in less time, though the first of them tells little of a whole step.
    const bucketMs = Math.max(stepMs / 2, Math.min(stepMs, span.toMs - fromMs))
    return { ...sum, fromMs, rowsPerSecond: Math.round((sum.rowCount * 1000) / bucketMs) }
  })
  return { stepMs, buckets }
}
