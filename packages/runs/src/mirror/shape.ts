import type { Queryable } from '@gather/ledger'
import { LIMITS } from '@gather/platform'
import type { Source, SourceCount, SourceDays, SourceHistogram } from '@gather/source'
import type { Store } from '@gather/store'
import type { Topic } from '@gather/topics'

/** How many rows of a source last changed when: at each time, or on each day where there are too many times. */
export type Shape =
  | (SourceCount & { readonly kind: 'times'; readonly buckets: SourceHistogram['buckets'] })
  | (SourceCount & {
      readonly kind: 'days'
      readonly days: SourceDays['days']
      readonly nullCount: number
    })

/** The shape of a source, whole and at one version. */
export async function readShape(source: Source, signal: AbortSignal): Promise<Shape> {
  const histogram = await source.histogram({ bucketsMax: LIMITS.timesMax }, signal)
  return histogram.kind === 'whole'
    ? { ...histogram, kind: 'times' }
    : { ...(await source.days(signal)), kind: 'days' }
}

/** True when the target has the same shape. */
export async function hasShape(
  store: Store,
  database: Queryable,
  topic: Topic,
  shape: Shape,
): Promise<boolean> {
  if (shape.kind === 'days') {
    const counts = await store.countRanges(database, topic, shape.days)
    return (
      counts.nullCount === shape.nullCount &&
      counts.outside.every((count) => count === 0) &&
      shape.days.every(({ rowCount }, index) => counts.inside[index] === rowCount)
    )
  }
  const { buckets } = shape
  const stored = await store.readHistogram(database, topic, { bucketsMax: buckets.length })
  return (
    stored?.length === buckets.length &&
    buckets.every(
      ({ updatedAt, rowCount }, index) =>
        stored[index]?.updatedAt === updatedAt && stored[index].rowCount === rowCount,
    )
  )
}
