import { type Queryable, toDatabaseTime, toIsoTime } from '@gather/ledger'
import { SYSTEM_COLUMNS, type Topic } from '@gather/topics'
import { quoteName } from './sql-names.ts'

/** Times are `YYYY-MM-DDTHH:MM:SS.mmmZ`; both ends belong to it. */
export interface TargetRange {
  readonly from: string
  readonly to: string
}

/** The rows of the target that share one time of change; null: those that have none. */
export interface TargetBucket {
  readonly updatedAt: string | null
  readonly rowCount: number
}

/** A row of the target, and when it last changed at the source. */
export interface TargetRowId {
  readonly id: string
  readonly updatedAt: string | null
}

/** Rows of the target in some ranges, which ascend without overlap, and beside them. */
export interface RangeCounts {
  /** One for each range. */
  readonly inside: readonly number[]
  /** Before the first range, between each two, and behind the last: one more than there are ranges. */
  readonly outside: readonly number[]
  /** Rows without a time. */
  readonly nullCount: number
}

const ROW_ID = quoteName(SYSTEM_COLUMNS.rowId)
const UPDATED_AT = quoteName(SYSTEM_COLUMNS.updatedAt)

/**
 * How many rows of the target last changed when, the null bucket first, then ascending.
 * @param range - only of these times, without the null bucket
 * @returns undefined where there are more than `bucketsMax` buckets
 */
export async function readTargetHistogram(
  database: Queryable,
  topic: Topic,
  { range, bucketsMax }: { readonly range?: TargetRange | undefined; readonly bucketsMax: number },
): Promise<readonly TargetBucket[] | undefined> {
  const rows = await database.rows<{ time: string | null; rowCount: number }>(
    `SELECT ${UPDATED_AT} AS time, COUNT(*) AS rowCount FROM ${quoteName(topic.target.table)}
     WHERE ? OR ${UPDATED_AT} BETWEEN ? AND ? GROUP BY ${UPDATED_AT} ORDER BY ${UPDATED_AT} LIMIT ?`,
    [range === undefined, timeParam(range?.from), timeParam(range?.to), bucketsMax + 1],
  )
  if (rows.length > bucketsMax) return undefined
  return rows.map(({ time, rowCount }) => ({ updatedAt: time === null ? null : toIsoTime(time), rowCount }))
}

/** Counts the target's rows by ranges of their time of change in one scan; the bounds are looked up by binary search. */
export async function countTargetRanges(
  database: Queryable,
  topic: Topic,
  ranges: readonly TargetRange[],
): Promise<RangeCounts> {
  // The last one, which nothing reaches, is there where there are no ranges: of no bounds there is no INTERVAL.
  const bounds = [...ranges.flatMap(({ from, to }) => [clockMs(from), clockMs(to) + 1]), TIMES_END_MS]
  const rows = await database.rows<{ slot: number | null; rowCount: number }>(
    `SELECT IF(${UPDATED_AT} IS NULL, NULL, INTERVAL(TO_SECONDS(${UPDATED_AT}) * 1000 + MICROSECOND(${UPDATED_AT}) DIV 1000,
              ${bounds.join(',')})) AS slot, COUNT(*) AS rowCount
     FROM ${quoteName(topic.target.table)} GROUP BY 1`,
  )
  const counts = new Map(rows.map(({ slot, rowCount }) => [slot === null ? null : Number(slot), rowCount]))
  const countOf = (slot: number | null) => counts.get(slot) ?? 0
  // A day 0 of a month is no time to count by: the servers say -1.
  counts.set(0, countOf(0) + countOf(-1))
  return {
    inside: ranges.map((_, index) => countOf(2 * index + 1)),
    outside: [0, ...ranges.map((_, index) => 2 * index + 2)].map(countOf),
    nullCount: countOf(null),
  }
}

const TIMES_PER_SELECT = 10_000

/** The ids of the target's rows that last changed at one of `times`; null stands for those without a time. */
export async function listTargetRowIds(
  database: Queryable,
  topic: Topic,
  times: readonly (string | null)[],
): Promise<TargetRowId[]> {
  const found: TargetRowId[] = []
  for (let start = 0; start < times.length; start += TIMES_PER_SELECT) {
    const batch = times.slice(start, start + TIMES_PER_SELECT)
    const texts = batch.flatMap((time) => (time === null ? [] : toDatabaseTime(time)))
    const rows = await database.rows<{ id: string; time: string | null }>(
      `SELECT ${ROW_ID} AS id, ${UPDATED_AT} AS time FROM ${quoteName(topic.target.table)}
       WHERE ${UPDATED_AT} IN (?) OR (? AND ${UPDATED_AT} IS NULL)`,
      [texts.length === 0 ? [null] : texts, batch.includes(null)],
    )
    for (const { id, time } of rows) found.push({ id, updatedAt: time === null ? null : toIsoTime(time) })
  }
  return found
}

const timeParam = (time: string | undefined): string | null =>
  time === undefined ? null : toDatabaseTime(time)

/** `TO_SECONDS('1970-01-01')`, in milliseconds. */
const EPOCH_MS = 62_167_219_200_000

/** Milliseconds as the database counts them, from the year 0. */
const clockMs = (time: string): number => EPOCH_MS + Date.parse(time)

/** The year 10000, in these milliseconds. */
const TIMES_END_MS = clockMs('9999-12-31T23:59:59.999Z') + 1
