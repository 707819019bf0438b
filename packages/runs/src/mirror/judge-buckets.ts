import type { TimeBucket } from '@gather/source'
import { joinSpans, type Span } from './spans.ts'

export interface JudgingRules {
  /** From this time on equal counts settle nothing: rows may have come late, so that ids are compared. */
  readonly since: string
  /** Equal counts settle nothing at any time: somebody changed the target by hand. */
  readonly everyId: boolean
}

/** What two histograms say about the rows of a source and its target. */
export interface Verdicts {
  /** Buckets that only the source has, neighbours joined. */
  readonly fetch: readonly Span[]
  /** Times that only the target has. */
  readonly empty: readonly (string | null)[]
  /** Rows of the target at those times. */
  readonly emptyRows: number
  /** Buckets that both have, whose rows are to be compared by id. */
  readonly compare: readonly Bucket[]
  /** Where the source's ids of these are; other rows may be among them. */
  readonly idSpans: readonly Span[]
  readonly comparedCount: number
  /** Buckets that only one has. */
  readonly differingCount: number
}

/** Rows that both have at one time. */
export interface Bucket {
  readonly updatedAt: string
  readonly sourceRows: number
  readonly targetRows: number
}

/** Ids of other rows that are read along rather than asking twice. */
const BRIDGE_ROWS_MAX = 1_000
/** Rows whose ids are compared at a time, unless one bucket has more. */
export const ID_ROWS_MAX = 500_000

/**
 * Compares two histograms of the same range of times, null buckets left aside; pure. An older bucket can only lose rows, as every
 * change gives a row a new time: equal counts settle it.
 */
export function judgeBuckets(
  source: readonly TimeBucket[],
  target: readonly TimeBucket[],
  { since, everyId }: JudgingRules,
): Verdicts {
  const sourceSpans = source.flatMap(({ updatedAt, rowCount }) =>
    updatedAt === null ? [] : { from: updatedAt, to: updatedAt, rowCount },
  )
  const targetRows = new Map(target.map(({ updatedAt, rowCount }) => [updatedAt, rowCount]))
  const sourceTimes = new Set(sourceSpans.map(({ from }) => from))
  const dead = target.filter(({ updatedAt }) => updatedAt !== null && !sourceTimes.has(updatedAt))
  const isNew = ({ from }: Span) => !targetRows.has(from)
  const isSettled = ({ from, rowCount }: Span) =>
    !everyId && from < since && targetRows.get(from) === rowCount
  const isOpen = (span: Span) => !isNew(span) && !isSettled(span)
  return {
    fetch: joinSpans(sourceSpans, isNew, { bridgeRowsMax: 0 }),
    empty: dead.map(({ updatedAt }) => updatedAt),
    emptyRows: dead.reduce((sum, { rowCount }) => sum + rowCount, 0),
    compare: sourceSpans.filter(isOpen).map(({ from, rowCount }) => ({
      updatedAt: from,
      sourceRows: rowCount,
      targetRows: targetRows.get(from) ?? 0,
    })),
    idSpans: joinSpans(sourceSpans, isOpen, { bridgeRowsMax: BRIDGE_ROWS_MAX, rowsMax: ID_ROWS_MAX }),
    comparedCount: sourceSpans.length + dead.length,
    differingCount: sourceSpans.filter(isNew).length + dead.length,
  }
}
