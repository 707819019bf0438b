import type { ClaimedPage, PageResult, Queryable, RunRecord, Session } from '@gather/ledger'
import type { Topic } from '@gather/topics'
import type { ColumnDifference } from './compare-row.ts'
import type { TableDigest } from './digest-table.ts'
import type { EncodedPage } from './encode-page.ts'
import type { TargetState } from './inspect-target.ts'
import type { MergeCounts } from './merge-rows.ts'
import type { MirrorCounts } from './mirror-rows.ts'
import type { PortalRow } from './portal-row.ts'
import type { RangeCounts, TargetBucket, TargetRange, TargetRowId } from './target-times.ts'

/** Names one generation of a run, and with it its staging table. */
export type RunTables = Pick<RunRecord, 'runId' | 'generation'>

export type PageMeasures = Pick<PageResult, 'bodyBytes' | 'fetchMs'>

/** Names a rollback, and with it the tables that it exchanges. */
export interface Rollback {
  readonly runId: string
  /** The run whose swap is undone. */
  readonly restoresRun: string
}

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
  digestStaging(session: Session, topic: Topic, run: RunTables): Promise<TableDigest>
  /** The same of the target. */
  digestTarget(database: Queryable, topic: Topic): Promise<TableDigest>
  /** CRC32 of the target's rows with these ids, by id; an id that is not there is left out. */
  digestRows(
    database: Queryable,
    topic: Topic,
    rowIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>>
  /** The columns in which the target's row differs from the portal's row of the same id. */
  compareRow(database: Queryable, topic: Topic, row: PortalRow): Promise<readonly ColumnDifference[]>
  /** How many rows of the target last changed when, nulls first, then ascending; undefined above `bucketsMax` buckets. */
  readHistogram(
    database: Queryable,
    topic: Topic,
    request: { readonly range?: TargetRange | undefined; readonly bucketsMax: number },
  ): Promise<readonly TargetBucket[] | undefined>
  /** Rows of the target by ranges of their time of change, which ascend without overlap. */
  countRanges(database: Queryable, topic: Topic, ranges: readonly TargetRange[]): Promise<RangeCounts>
  /** The ids of the target's rows that last changed at one of `times`; null stands for those without a time. */
  listRowIds(
    database: Queryable,
    topic: Topic,
    times: readonly (string | null)[],
  ): Promise<readonly TargetRowId[]>
  /** Gives staging the unique key on the row id; safe to call twice. */
  buildRowIdKey(session: Session, topic: Topic, run: RunTables): Promise<void>
  /** Gives staging that key and the indexes of topic and target; safe to call twice. */
  buildIndexes(session: Session, topic: Topic, run: RunTables): Promise<void>
  /** Puts staging in the place of the target in one step. */
  swap(session: Session, topic: Topic, run: RunTables): Promise<void>
  /** True when {@link swap} of this run has happened. */
  hasSwapped(session: Session, run: RunTables): Promise<boolean>
  /** Merges staging into the target, in the transaction of `session`. */
  merge(session: Session, topic: Topic, run: RunTables): Promise<MergeCounts>
  /** Merges staging into the target and deletes what the run found gone, in the transaction of `session`. */
  mirror(session: Session, topic: Topic, run: RunTables): Promise<MirrorCounts>
  /** Puts the table that the swap of `restoresRun` took the place of back in one step; the present one is kept as this run's old table. */
  putBack(session: Session, topic: Topic, rollback: Rollback): Promise<void>
  /** True when {@link putBack} of this run has happened. */
  hasPutBack(session: Session, rollback: Rollback): Promise<boolean>
  /** Rows of the table that the swap of a run took the place of; undefined where it is gone. */
  countOldRows(runId: string): Promise<number | undefined>
  /** Removes the staging table of a generation, if it is there. */
  dropStaging(run: RunTables): Promise<void>
  /** Staging tables and swapped-out tables in the schema, with the run each belongs to. */
  listRunTables(): Promise<{ readonly table: string; readonly runId: string; readonly old: boolean }[]>
  /** Removes a table that {@link listRunTables} named. */
  dropRunTable(table: string): Promise<void>
}
