/**
 * Where a topic's rows come from: the `Source` contract and its Socrata implementation. The only package that imports an HTTP
 * client. Knows no SQL, retries nothing by itself (the queue does), holds whole verified pages in memory.
 * @packageDocumentation
 */
export { type AskedRows, readBodyRows } from './body-rows.ts'
export { type CutCondition, conditionBytes, cutConditions } from './cut-conditions.ts'
export type { RetryEach } from './query-context.ts'
export { isOlderVersion } from './replica-version.ts'
export { type RetryOptions, retryTransient } from './retry-transient.ts'

export { changedBetween, rowIdIn } from './row-condition.ts'
export { createSocrataSource, type SocrataSourceOptions } from './socrata-source.ts'
export type {
  DatedRowId,
  DayBucket,
  HistogramRequest,
  PageRequest,
  RowCursor,
  Source,
  SourceColumn,
  SourceCount,
  SourceDays,
  SourceDescription,
  SourceHistogram,
  SourcePage,
  SourceRow,
  SourceRowIds,
  SourceRows,
  SourceVersion,
  TimeBucket,
  TimeRange,
  TooManyBuckets,
} from './source.ts'
export { versionTimeMs } from './version-time.ts'
