import type { Queryable } from '@gather/ledger'
import { LIMITS } from '@gather/platform'
import {
  changedBetween,
  cutConditions,
  type DatedRowId,
  type Source,
  type SourceCount,
  type TimeBucket,
  type TimeRange,
} from '@gather/source'
import type { Store } from '@gather/store'
import type { Topic } from '@gather/topics'
import { assertSameVersion } from './assert-same-version.ts'
import { compareIds } from './compare-ids.ts'
import { ID_ROWS_MAX, type JudgingRules, judgeBuckets, type Verdicts } from './judge-buckets.ts'
import { readShape, type Shape } from './shape.ts'
import { groupSpans, joinSpans, type Span } from './spans.ts'

export interface Comparing extends JudgingRules {
  readonly source: Source
  readonly store: Store
  /** A session without a statement timeout: large targets take a while. */
  readonly database: Queryable
  readonly topic: Topic
  /** A bucket is read whole where the target lacks a larger share of it, 0 to 1. */
  readonly wholeShare: number
  /** Comparing ends where the target lacks a larger share of the source's rows, 0 to 1. */
  readonly readShareMax: number
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

/** Rows that a run has to read. */
export const rowsToRead = ({ spans, nullRows, missing }: Differences): number =>
  spans.reduce((sum, { rowCount }) => sum + rowCount, nullRows + missing.length)

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

/** Why everything is read: that is then less work. */
export const MOST_ROWS =
  'most rows of the source are not in the table, as after a full replace by the publisher'

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
    this.#refuseMost(lackingRows(days, counts.inside))
    const limits = { bridgeRowsMax: LIMITS.timesMax, rowsMax: LIMITS.timesMax }
    const ranges = joinSpans(days, isOpen, limits)
    for (const range of ranges) await this.#compareRange(range)
    for (const [index, rowCount] of counts.outside.entries()) {
      const gap = gapBefore(days, index)
      const isCompared = ranges.some((range) => holds(range, gap.from) && holds(range, gap.to))
      if (rowCount > 0 && !isCompared) await this.#judge([], await this.#readTarget(gap))
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
    for (const span of verdicts.fetch) this.#spans.push(span)
    this.#refuseMost(rowsToRead(this.#differences()))
    this.#refuseMany(verdicts.emptyRows)
    for (const id of await this.#targetIds(verdicts.empty)) this.#dead.push(id)
    await this.#compareIds(verdicts)
  }

  #refuseMost(rowCount: number): void {
    if (rowCount > this.#count.rowCount * this.#with.readShareMax) throw new TooMuch(MOST_ROWS)
  }

  /** Row ids are held in memory. */
  #refuseMany(more: number): void {
    if (this.#missing.length + this.#dead.length + more > LIMITS.rowIdsMax)
      throw new TooMuch(`more than ${LIMITS.rowIdsMax} row ids were to be held at once`)
  }

  async #targetIds(times: readonly (string | null)[]): Promise<string[]> {
    const { store, database, topic } = this.#with
    return (await store.listRowIds(database, topic, times)).map(({ id }) => id)
  }

  /** As many rows at a time as fit into memory, so that each scan of the target serves many buckets. */
  async #compareIds({ compare, idSpans }: Verdicts): Promise<void> {
    const { store, database, topic, wholeShare } = this.#with
    for (const group of groupSpans(idSpans, ID_ROWS_MAX)) {
      const range = { from: group[0]?.from ?? LAST_TIME, to: group.at(-1)?.to ?? FIRST_TIME }
      const buckets = compare.filter(({ updatedAt }) => holds(range, updatedAt))
      this.#refuseMany(buckets.reduce((sum, { sourceRows, targetRows }) => sum + sourceRows + targetRows, 0))
      const source = await this.#sourceRows(group)
      const times = buckets.map(({ updatedAt }) => updatedAt)
      const target = await store.listRowIds(database, topic, times)
      const { fetchTimes, ...found } = compareIds(buckets, source, target, wholeShare)
      this.#differingCount += found.differingCount
      for (const { updatedAt, sourceRows } of fetchTimes)
        this.#spans.push({ from: updatedAt, to: updatedAt, rowCount: sourceRows })
      for (const id of found.missing) this.#missing.push(id)
      for (const id of found.dead) this.#dead.push(id)
    }
  }

  async #sourceRows(spans: readonly Span[]): Promise<DatedRowId[]> {
    const { source, signal } = this.#with
    const found: DatedRowId[] = []
    for (const { condition } of cutConditions(spans, changedBetween, source.idFilterBytesMax())) {
      const { rows, version } = await source.rowIds(condition, signal)
      assertSameVersion(this.#count.version, version)
      for (const row of rows) found.push(row)
    }
    this.#idsRead += found.length
    return found
  }

  async #compareNulls(sourceRows: number, targetRows: number): Promise<void> {
    if (sourceRows + targetRows === 0) return
    this.#nullRows = sourceRows
    this.#comparedCount += 1
    if (sourceRows !== targetRows) this.#differingCount += 1
    this.#refuseMany(targetRows)
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

/** At least so many rows of these days are not in the target. */
const lackingRows = (days: readonly Span[], counts: readonly number[]): number =>
  days.reduce((sum, { rowCount }, index) => sum + Math.max(0, rowCount - (counts[index] ?? 0)), 0)

const nullRowsOf = (buckets: readonly TimeBucket[]): number =>
  buckets.find(({ updatedAt }) => updatedAt === null)?.rowCount ?? 0

const holds = ({ from, to }: TimeRange, time: string): boolean => from <= time && time <= to

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()

const FIRST_TIME = '0000-00-00T00:00:00.000Z'
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
