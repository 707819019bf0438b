import type { DatedRowId } from '@gather/source'
import type { Bucket } from './judge-buckets.ts'

/** How the rows of some buckets differ. */
export interface IdDifferences {
  /** Buckets of which the target lacks so many rows that they are read whole. */
  readonly fetchTimes: readonly Bucket[]
  /** Rows that the target lacks, of the other buckets. */
  readonly missing: readonly string[]
  /** Rows that only the target has at that time. */
  readonly dead: readonly string[]
  /** Buckets with a difference. */
  readonly differingCount: number
}

/**
 * Compares the rows of `buckets` by id and time; rows of other times may be among both; pure.
 * @param wholeShare - a bucket is read whole where the target lacks a larger share of it, 0 to 1
 */
export function compareIds(
  buckets: readonly Bucket[],
  source: readonly DatedRowId[],
  target: readonly DatedRowId[],
  wholeShare: number,
): IdDifferences {
  const sourceIds = idsByTime(source)
  const targetIds = idsByTime(target)
  const fetchTimes: Bucket[] = []
  const missing: string[] = []
  const dead: string[] = []
  let differingCount = 0
  for (const bucket of buckets) {
    const there = sourceIds.get(bucket.updatedAt) ?? new Set()
    const here = targetIds.get(bucket.updatedAt) ?? new Set()
    const lacking = [...there].filter((id) => !here.has(id))
    const surplus = [...here].filter((id) => !there.has(id))
    if (lacking.length + surplus.length > 0) differingCount += 1
    if (lacking.length > there.size * wholeShare) fetchTimes.push(bucket)
    else for (const id of lacking) missing.push(id)
    for (const id of surplus) dead.push(id)
  }
  return { fetchTimes, missing, dead, differingCount }
}

function idsByTime(rows: readonly DatedRowId[]): ReadonlyMap<string | null, ReadonlySet<string>> {
  const ids = new Map<string | null, Set<string>>()
  for (const { id, updatedAt } of rows) {
    const group = ids.get(updatedAt)
    if (group === undefined) ids.set(updatedAt, new Set([id]))
    else group.add(id)
  }
  return ids
}
