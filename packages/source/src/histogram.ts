import { answersDisagree } from './list-faults.ts'
import type { ListQuery } from './list-piece.ts'
import type { QueryContext } from './query-context.ts'
import { readList } from './read-list.ts'
import { changedBetween } from './row-condition.ts'
import { readGroupCount } from './row-document.ts'
import type { HistogramRequest, SourceHistogram, TimeBucket, TimeRange, TooManyBuckets } from './source.ts'
import { readUpdatedAt } from './updated-at.ts'

/** Some 5 MB of an answer; above it days are the better question. */
const BUCKETS_MAX = 50_000

/** {@link Source.histogram} */
export async function readHistogram(
  context: QueryContext,
  { range, bucketsMax = BUCKETS_MAX }: HistogramRequest,
  signal: AbortSignal,
): Promise<SourceHistogram | TooManyBuckets> {
  const { url, items, ...count } = await readList(context, bucketQuery(range, bucketsMax), signal)
  if (items === undefined) return { kind: 'tooMany', bucketsMax, ...count }
  assertAscending(url, items)
  return { kind: 'whole', buckets: nullsFirst(items), ...count }
}

function bucketQuery(range: TimeRange | undefined, itemsMax: number): ListQuery<TimeBucket> {
  return {
    filter: range && changedBetween([range]),
    fields: { u: ':updated_at', n: 'count(*)' },
    groupBy: 'u',
    parse: (url, { u, n }) => parseBucket(url, u, n, range),
    rowCountOf: ({ rowCount }) => rowCount,
    itemsMax,
  }
}

function parseBucket(url: URL, time: unknown, rows: unknown, range: TimeRange | undefined): TimeBucket {
  const updatedAt = time === null ? null : readUpdatedAt(url, time)
  if (range !== undefined && (updatedAt === null || updatedAt < range.from || updatedAt > range.to)) {
    throw answersDisagree(url, `rows of ${updatedAt} came where ${range.from} to ${range.to} was asked for`)
  }
  return { updatedAt, rowCount: readGroupCount(url, rows) }
}

/** Two groups of one time, or groups out of order, are pieces of different answers. */
function assertAscending(url: URL, buckets: readonly TimeBucket[]): void {
  const times = buckets.flatMap(({ updatedAt }) => updatedAt ?? [])
  const isAscending = times.every((time, index) => index === 0 || (times[index - 1] ?? '') < time)
  if (isAscending && buckets.length - times.length <= 1) return
  throw answersDisagree(url, 'the groups are not in the order of :updated_at, or one came twice')
}

function nullsFirst(buckets: readonly TimeBucket[]): TimeBucket[] {
  const isNull = ({ updatedAt }: TimeBucket) => updatedAt === null
  return [...buckets.filter(isNull), ...buckets.filter((bucket) => !isNull(bucket))]
}
