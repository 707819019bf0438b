import type { ClaimedPage, PageResult, RunRecord, Session } from '@gather/ledger'
import type { Topic } from '@gather/topics'
import type { EncodedPage } from './encode-page.ts'
import type { TargetState } from './inspect-target.ts'
import type { MergeCounts } from './merge-rows.ts'

/** Names one generation of a run, and with it its staging table. */
export type RunTables = Pick<RunRecord, 'runId' | 'generation'>

export interface StoredDigest {
  readonly rowCount: number
  /** Sum of the rows' CRC32, decimal text. */
  readonly digestSum: string
}

export type PageMeasures = Pick<PageResult, 'bodyBytes' | 'fetchMs'>

/**
 * Where a topic's rows go. Rejects with `Fault`s: unavailable where the database went away, terminal where it refuses.
 * Methods that take a `Session` belong into the caller's transaction or lock.
 */
export interface Store {
  /** Looks at the target; changes nothing. */
  inspectTarget(topic: Topic): Promise<TargetState>
  /** Highest stored value of a column as the database writes it, or null. */
  readColumnMax(topic: Topic, column: string): Promise<string | null>
  /** Creates the target where it is absent, and the run's staging table; safe to call twice. */
  createStaging(topic: Topic, run: RunTables): Promise<void>
  /** Stores a page and its done mark in one transaction, or nothing. Its rows get the done mark's digest. */
  storePage(topic: Topic, page: ClaimedPage, encoded: EncodedPage, measures: PageMeasures): Promise<void>
  /** Count and digest of what staging holds, computed by the database over the rows as stored. */
  digestStaging(session: Session, topic: Topic, run: RunTables): Promise<StoredDigest>
  /** Gives staging the unique key on the row id and the indexes of topic and target; safe to call twice. */
  buildIndexes(session: Session, topic: Topic, run: RunTables): Promise<void>
  /** Puts staging in the place of the target in one step. */
  swap(session: Session, topic: Topic, run: RunTables): Promise<void>
  /** True when {@link swap} of this run has happened. */
  hasSwapped(session: Session, run: RunTables): Promise<boolean>
  /** Merges staging into the target, in the transaction of `session`. */
  merge(session: Session, topic: Topic, run: RunTables): Promise<MergeCounts>
  /** Removes the staging table of a generation, if it is there. */
  dropStaging(run: RunTables): Promise<void>
  /** Staging tables and swapped-out tables in the schema, with the run each belongs to. */
  listRunTables(): Promise<{ readonly table: string; readonly runId: string; readonly old: boolean }[]>
  /** Removes a table that {@link listRunTables} named. */
  dropRunTable(table: string): Promise<void>
}
