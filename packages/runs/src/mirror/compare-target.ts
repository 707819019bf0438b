import type { Queryable } from '@gather/ledger'
import { LIMITS } from '@gather/platform'
import {
  changedBetween,
  cutConditions,
  type Source,
  type SourceCount,
  type TimeBucket,
  type TimeRange,
} from '@gather/source'
import type { Store } from '@gather/store'
import type { Topic } from '@gather/topics'
import { assertSameVersion } from './assert-same-version.ts'
import { compareIds } from './compare-ids.ts'
import { type JudgingRules, judgeBuckets, type Verdicts } from './judge-buckets.ts'
import { readShape, type Shape } from './shape.ts'
import { joinSpans, type Span } from './spans.ts'

export interface Comparing extends JudgingRules {
  readonly source: Source
  readonly store: Store
  /** A session without a statement timeout: large targets take a while. */
  readonly database: Queryable
  readonly topic: Topic
  /** A bucket is read whole where the target lacks a larger share of it, 0 to 1. */
  readonly wholeShare: number
  readonly signal: AbortSignal
}

/** What a source has that its target has not, and the other way round. */
export interface Differences {
  /** Of the source, at one version. */
  readonly count: SourceCount
  /** Times whose rows the target lacks, all or most of them. */
  readonly spans: readonly Span[]
  /** Rows of the source without a time of change: no count tells whether they were edited, so they are always read. */
  readonly nullRows: number
  /** Ids of other rows that the target lacks. */
  readonly missing: readonly string[]
  /** Ids of rows that only the target has at their time; one that has changed is also among those to be read. */
  readonly dead: readonly string[]
  /** Ids of the target's rows without a time of change. */
  readonly deadNulls: readonly string[]
  readonly comparedCount: number
  readonly differingCount: number
  readonly idsRead: number
}

/**
 * Compares source and target, from their counts by time of change down to row ids where these do not settle it. Reads no rows.
 * @returns the differences, or why there are too many to be found that way
 * @throws Fault transient where the answers are not of one version, terminal `SOURCE_GROUPING_REFUSED`, `SOURCE_TIME_TOO_FINE`
 */
export async function compareTarget(comparing: Comparing): Promise<Differences | string> {
  const shape = await readShape(comparing.source, comparing.signal)
  const comparison = new Comparison(comparing, shape)
  try {
    return shape.kind === 'times'
      ? await comparison.compareTimes(shape.buckets)
      : await comparison.compareDays(shape.days, shape.nullCount)
  } catch (error) {
    if (error instanceof TooMuch) return error.message
    throw error
  }
}

class TooMuch extends Error {}

class Comparison {
  readonly #with: Comparing
  readonly #count: SourceCount
  readonly #spans: Span[] = []
  readonly #missing: string[] = []
  readonly #dead: string[] = []
  #deadNulls: string[] = []
  #nullRows = 0
  #comparedCount = 0
  #differingCount = 0
  #idsRead = 0

  constructor(comparing: Comparing, { rowCount, version, answeredAtMs }: Shape) {
    this.#with = comparing
    this.#count = { rowCount, version, answeredAtMs }
  }

  async compareTimes(buckets: readonly TimeBucket[]): Promise<Differences> {
    const target = await this.#readTarget(undefined)
    await this.#judge(buckets, target)
    await this.#compareNulls(nullRowsOf(buckets), nullRowsOf(target))
    return this.#differences()
  }

  /** Days first; what differs there, or may hold late rows, down to single times. */
  async compareDays(days: readonly Span[], nullRows: number): Promise<Differences> {
    const { store, database, topic, since, everyId } = this.#with
    const counts = await store.countRanges(database, topic, days)
    this.#comparedCount += days.length
    const differing = new Set(days.filter(({ rowCount }, index) => counts.inside[index] !== rowCount))
    const isOpen = (day: Span) => differing.has(day) || day.to >= since || everyId
    const limits = { bridgeRowsMax: LIMITS.timesMax, rowsMax: LIMITS.timesMax }
    for (const range of joinSpans(days, isOpen, limits)) await this.#compareRange(range)
    for (const [index, rowCount] of counts.outside.entries()) {
      if (rowCount > 0) await this.#judge([], await this.#readTarget(gapBefore(days, index)))
    }
    await this.#compareNulls(nullRows, counts.nullCount)
    return this.#differences()
  }

  /** A range with too many times is halved: one of a millisecond has but one. */
  async #compareRange({ from, to }: TimeRange): Promise<void> {
    const { source, signal } = this.#with
    const histogram = await source.histogram({ range: { from, to }, bucketsMax: LIMITS.timesMax }, signal)
    assertSameVersion(this.#count.version, histogram.version)
    if (histogram.kind === 'whole')
      return this.#judge(histogram.buckets, await this.#readTarget({ from, to }))
    const middleMs = Math.floor((Date.parse(from) + Date.parse(to)) / 2)
    await this.#compareRange({ from, to: isoTime(middleMs) })
    await this.#compareRange({ from: isoTime(middleMs + 1), to })
  }

  async #readTarget(range: TimeRange | undefined): Promise<readonly TimeBucket[]> {
    const { store, database, topic } = this.#with
    const bucketsMax = LIMITS.rowIdsMax
    const buckets = await store.readHistogram(database, topic, { range, bucketsMax })
    if (buckets === undefined)
      throw new TooMuch(`the table holds rows of more than ${bucketsMax} times of change`)
    return buckets
  }

  async #judge(source: readonly TimeBucket[], target: readonly TimeBucket[]): Promise<void> {
    const verdicts = judgeBuckets(source, target, this.#with)
    this.#comparedCount += verdicts.comparedCount
    this.#differingCount += verdicts.differingCount
    this.#spans.push(...verdicts.fetch)
    const idRows = verdicts.idSpans.reduce((sum, { rowCount }) => sum + rowCount, 0)
    this.#spend(idRows + verdicts.emptyRows)
    for (const id of await this.#targetIds(verdicts.empty)) this.#dead.push(id)
    await this.#compareIds(verdicts)
  }

  #spend(rowIds: number): void {
    this.#idsRead += rowIds
    if (this.#idsRead > LIMITS.rowIdsMax)
      throw new TooMuch(`more than ${LIMITS.rowIdsMax} row ids were to be compared`)
  }

  async #targetIds(times: readonly (string | null)[]): Promise<string[]> {
    const { store, database, topic } = this.#with
    return (await store.listRowIds(database, topic, times)).map(({ id }) => id)
  }

  async #compareIds({ compare, idSpans }: Verdicts): Promise<void> {
    const { source, store, database, topic, signal, wholeShare } = this.#with
    const bytesMax = source.filterBytesMax([])
    for (const { items, condition } of cutConditions(idSpans, changedBetween, bytesMax)) {
      const { rows, version } = await source.rowIds(condition, signal)
      assertSameVersion(this.#count.version, version)
      const range = { from: items[0]?.from ?? LAST_TIME, to: items.at(-1)?.to ?? FIRST_TIME }
      const buckets = compare.filter(({ updatedAt }) => holds(range, updatedAt))
      const times = buckets.map(({ updatedAt }) => updatedAt)
      const { fetchTimes, ...found } = compareIds(
        buckets,
        rows,
        await store.listRowIds(database, topic, times),
        wholeShare,
      )
      this.#differingCount += found.differingCount
      for (const { updatedAt, sourceRows } of fetchTimes)
        this.#spans.push({ from: updatedAt, to: updatedAt, rowCount: sourceRows })
      for (const id of found.missing) this.#missing.push(id)
      for (const id of found.dead) this.#dead.push(id)
    }
  }

  async #compareNulls(sourceRows: number, targetRows: number): Promise<void> {
    if (sourceRows + targetRows === 0) return
    this.#nullRows = sourceRows
    this.#comparedCount += 1
    if (sourceRows !== targetRows) this.#differingCount += 1
    this.#spend(sourceRows + targetRows)
    // Those that are still there are read anew, and so not deleted.
    this.#deadNulls = await this.#targetIds([null])
  }

  #differences(): Differences {
    return {
      count: this.#count,
      spans: this.#spans,
      nullRows: this.#nullRows,
      missing: this.#missing,
      dead: this.#dead,
      deadNulls: this.#deadNulls,
      comparedCount: this.#comparedCount,
      differingCount: this.#differingCount,
      idsRead: this.#idsRead,
    }
  }
}

const nullRowsOf = (buckets: readonly TimeBucket[]): number =>
  buckets.find(({ updatedAt }) => updatedAt === null)?.rowCount ?? 0

const holds = ({ from, to }: TimeRange, time: string): boolean => from <= time && time <= to

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()

const FIRST_TIME = '0001-01-01T00:00:00.000Z'
const LAST_TIME = '9999-12-31T23:59:59.999Z'

/** The times between day `index` and the one before it; beyond them at both ends. */
function gapBefore(days: readonly Span[], index: number): TimeRange {
  const before = days[index - 1]
  const after = days[index]
  return {
    from: before === undefined ? FIRST_TIME : isoTime(Date.parse(before.to) + 1),
    to: after === undefined ? LAST_TIME : isoTime(Date.parse(after.from) - 1),
  }
}
