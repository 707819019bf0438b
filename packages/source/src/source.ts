/**
 * The version of the replica that answered. `replica` comes from the headers of an answer, `metadata` from
 * `rowsUpdatedAt` of the portal's metadata where the headers are missing. Two kinds are never compared.
 */
export interface SourceVersion {
  readonly kind: 'replica' | 'metadata'
  readonly value: string
}

/** One row as the portal sent it, parsed but not yet interpreted; a null field is an absent key. */
export type SourceRow = Readonly<Record<string, unknown>>

/**
 * The values of one row after the other, without an object for each. A field is a number here, its place in `fields`. Where a
 * value is a text that stands in the body as it is, it need not even become one.
 */
export interface RowCursor {
  /** What was asked for. */
  readonly fields: readonly string[]
  /** The body. */
  readonly bytes: Uint8Array
  /**
   * By field, 1 where the row's value is the text `bytes[starts[field]..ends[field])`, each byte a character of its own, from the
   * space to DEL, without quotes and backslashes.
   */
  readonly isPlain: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  /**
   * Goes to the next row, to the first one at first; false behind the last.
   * @throws Fault `SOURCE_BODY_INVALID` (transient)
   */
  next(): boolean
  /** The row's value, as the JSON parser gives it; undefined where it has none. */
  value(field: number): unknown
}

/** Rows that may be parsed only when they are reached, and anew each time that they are gone through. */
export interface SourceRows extends Iterable<SourceRow> {
  readonly length: number
  /** Another way through them, for who only wants what was asked for; there where it is faster. */
  readonly cursor?: (() => RowCursor) | undefined
}

export interface SourceColumn {
  readonly fieldName: string
  /** The portal's type, such as `text`, `number`, `calendar_date`. */
  readonly dataTypeName: string
}

export interface SourceDescription {
  readonly name: string
  readonly columns: readonly SourceColumn[]
  /** SHA-256 (hex) over field names and types: changes when the portal's columns do. */
  readonly fingerprint: string
}

export interface SourceCount {
  readonly rowCount: number
  readonly version: SourceVersion
  /** The server's clock when it answered (`Date` header), milliseconds since 1970. */
  readonly answeredAtMs: number
}

export interface PageRequest {
  /** Field names to select; the row id and the time of its last change are always selected too. */
  readonly columns: readonly string[]
  /** A SoQL condition. */
  readonly filter?: string | undefined
  readonly offset: number
  readonly limit: number
}

export interface SourcePage {
  /** Rows in the order of their ids; at most `limit`. Going through them may reject a row with `SOURCE_BODY_INVALID` (transient). */
  readonly rows: SourceRows
  /** Absent where the portal sends no version headers: the caller then compares {@link Source.count}'s at plan and settle. */
  readonly version: SourceVersion | undefined
  /** Decoded bytes of the body. */
  readonly bodyBytes: number
}

/** Both ends belong to it, as `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
export interface TimeRange {
  readonly from: string
  readonly to: string
}

export interface HistogramRequest {
  /** Of `:updated_at`; rows without a time are in no range. @defaultValue all rows */
  readonly range?: TimeRange | undefined
  /** The source gives up above it, so that the caller asks by day. @defaultValue 50,000 */
  readonly bucketsMax?: number | undefined
}

/** The rows that share one `:updated_at`. */
export interface TimeBucket {
  /** `YYYY-MM-DDTHH:MM:SS.mmmZ`; null for the rows that have none. */
  readonly updatedAt: string | null
  /** At least 1. */
  readonly rowCount: number
}

/** How many rows last changed when, shown to be whole: `rowCount` is the sum and what the source counts besides. */
export interface SourceHistogram extends SourceCount {
  readonly kind: 'whole'
  /** The null bucket first, then ascending. */
  readonly buckets: readonly TimeBucket[]
}

export interface TooManyBuckets extends SourceCount {
  readonly kind: 'tooMany'
  readonly bucketsMax: number
}

/** The rows of one day, whose boundaries are the server's; `from` and `to` are the oldest and newest `:updated_at` there. */
export interface DayBucket extends TimeRange {
  /** At least 1. */
  readonly rowCount: number
}

/** How many rows last changed on which day, shown to be whole as a {@link SourceHistogram} is. */
export interface SourceDays extends SourceCount {
  /** Ascending, without overlap. */
  readonly days: readonly DayBucket[]
  /** Rows that have no `:updated_at`; part of `rowCount`. */
  readonly nullCount: number
}

/** Which row it is, and when it last changed: `YYYY-MM-DDTHH:MM:SS.mmmZ`, null where the row has no time. */
export interface DatedRowId {
  readonly id: string
  readonly updatedAt: string | null
}

/** The ids of rows, distinct and as many as the source counts. */
export interface SourceRowIds extends SourceCount {
  readonly rows: readonly DatedRowId[]
}

/**
 * Where a topic's rows come from. Every method rejects with a `Fault`: transient (network, throttling, stale replica,
 * cut or unparsable body), terminal (bad query, vanished column, missing data set, refused host), interrupted (signal).
 */
export interface Source {
  /** `host` or `host:port`, the key of the throttle gate. */
  readonly host: string
  /** Requests sent so far. */
  readonly requestCount: number
  /** Name and columns of the data set, from the portal's metadata. */
  describe(signal: AbortSignal): Promise<SourceDescription>
  /** Number of rows under `filter` (all without one), at one version; asked past every cache. */
  count(filter: string | undefined, signal: AbortSignal): Promise<SourceCount>
  /** Rows `offset..offset+limit` in the order of the row id, the body read to its end; parsed as they are gone through. */
  fetchPage(request: PageRequest, signal: AbortSignal): Promise<SourcePage>
  /**
   * Rows per exact `:updated_at`, by several requests that answered at one version, the sum proven by a count at that version.
   * Besides the faults of all methods: transient where the answers do not agree with each other, terminal
   * `SOURCE_GROUPING_REFUSED` where the portal does not take such queries, `SOURCE_TIME_TOO_FINE` where a time is finer than a millisecond.
   * @throws RangeError (rejection) for a range that is none
   */
  histogram(request: HistogramRequest, signal: AbortSignal): Promise<SourceHistogram | TooManyBuckets>
  /** Rows per day of `:updated_at`, under the rules and with the faults of {@link Source.histogram}. */
  days(signal: AbortSignal): Promise<SourceDays>
  /** The ids of all rows with their times under `filter` in the order of the id, under the rules of {@link Source.histogram}; all held in memory. */
  rowIds(filter: string | undefined, signal: AbortSignal): Promise<SourceRowIds>
  /** Bytes that a filter may take in a URL (see {@link conditionBytes}) so that a page of these columns can be asked for; no request. */
  filterBytesMax(columns: readonly string[]): number
  /** The same for {@link Source.rowIds}. */
  idFilterBytesMax(): number
  close(): Promise<void>
}
