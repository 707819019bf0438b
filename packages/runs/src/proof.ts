import type { RunRecord } from '@gather/ledger'
import type { TableDigest } from '@gather/store'

export interface ReceiptCounts {
  /** Rows the source held, of a cursor run under its filter, counted again at the end; null where it did not get that far. */
  readonly source: number | null
  /** Rows proven to be stored of these; null where it did not get that far. */
  readonly stored: number | null
  readonly read: number
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  /** Rows of the target that the run left as they were. */
  readonly unchanged: number
  readonly rejected: number
  /** Rows of the target before the run. */
  readonly before: number
  /** Rows of the target after it; null where it did not get that far. */
  readonly after: number | null
}

/** Buckets of rows that last changed at one time, or on one day, by which a mirror run compared source and target. */
export interface ReceiptBuckets {
  readonly compared: number
  readonly differing: number
  /** Row ids that were read to compare buckets whose counts do not settle it. */
  readonly rowIdsRead: number
}

/** What a run proved before it published: kept in the ledger with the run. */
export interface Proof {
  readonly counts: ReceiptCounts
  /** Of the rows read. `source`: as the portal sent them; `stored`: computed by the database over the rows as stored. */
  readonly digest?: { readonly source: string; readonly stored: string }
  readonly buckets?: ReceiptBuckets
  /** What a success does not prove, for people. */
  readonly notProven?: string
  /** What the next incremental run goes by. */
  readonly baseline?: Baseline
}

/** What a success knows of its target, for the next run to go by. */
export interface Baseline {
  /** Of the target as the run left it. */
  readonly target: TableDigest
  readonly encoderVersion: number
  /** False where somebody had changed rows by hand before, so that values of rows that were not read may be theirs. */
  readonly valuesProven: boolean
}

/** What a run proved, as far as it got. */
export const readProof = (run: Pick<RunRecord, 'receipt'>): Proof | undefined =>
  run.receipt === null ? undefined : (JSON.parse(run.receipt) as Proof)
