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
  /** Rows in the order of their ids; at most `limit`. */
  readonly rows: readonly SourceRow[]
  /** Absent where the portal sends no version headers: the caller then compares {@link Source.count}'s at plan and settle. */
  readonly version: SourceVersion | undefined
  /** Decoded bytes of the body. */
  readonly bodyBytes: number
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
  /** Rows `offset..offset+limit` in the order of the row id, the body read to its end and parsed whole. */
  fetchPage(request: PageRequest, signal: AbortSignal): Promise<SourcePage>
  close(): Promise<void>
}
