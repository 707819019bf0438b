import {
  type ClaimedPage,
  type Database,
  lockPage,
  markPageDone,
  type Queryable,
  type Session,
} from '@gather/ledger'
import { faultPoint, isFault, phase } from '@gather/platform'
import type { Topic } from '@gather/topics'
import { checkRowSizes } from './check-row-sizes.ts'
import { compareRow } from './compare-row.ts'
import { digestRows, digestTable } from './digest-table.ts'
import type { EncodedPage } from './encode-page.ts'
import { inspectTarget } from './inspect-target.ts'
import {
  insertRows,
  isLocalRefused,
  loadLocal,
  type RowLoader,
  readServerIntake,
  type ServerIntake,
} from './load-rows.ts'
import { mergeRows } from './merge-rows.ts'
import { mirrorRows } from './mirror-rows.ts'
import { missingKeys } from './missing-keys.ts'
import type { PortalRow } from './portal-row.ts'
import { retryLocked } from './retry-locked.ts'
import { oldTableName, quoteName, runIdOfTable, stagingName } from './sql-names.ts'
import type { PageMeasures, Rollback, RunTables, Store } from './store.ts'
import { duplicateRows, targetRefused } from './store-faults.ts'
import { dropTable, swapTables, tableExists, withLockRetries, withLockWait } from './swap-tables.ts'
import { parseTableDefinition } from './table-definition.ts'
import { addKeysSql, createTableSql, DEFAULT_TABLE_OPTIONS, ROW_ID_KEY, topicKeys } from './table-sql.ts'
import { countTargetRanges, listTargetRowIds, readTargetHistogram, type TargetRange } from './target-times.ts'

/** A digest of ours that reads staging comes to an end by then; keys begun anew would be built for nothing until it does. */
const STAGING_LOCK_WAIT_SECONDS = 600

/** The store for MySQL and MariaDB: staging tables, LOAD DATA LOCAL from memory, RENAME TABLE. */
export class MysqlStore implements Store {
  readonly #database: Database
  readonly #clock: () => number
  #intake: Promise<ServerIntake> | undefined

  /** @param clock - milliseconds, monotonic, for the measures of a page */
  constructor(database: Database, clock: () => number = () => performance.now()) {
    this.#database = database
    this.#clock = clock
  }

  inspectTarget(topic: Topic) {
    return inspectTarget(this.#database, this.#database.schema, topic)
  }

  async readColumnMax(topic: Topic, column: string): Promise<string | null> {
    const [row] = await this.#database.rows<{ max: string | null }>(
      `SELECT CAST(MAX(${quoteName(column)}) AS CHAR) AS max FROM ${quoteName(topic.target.table)}`,
    )
    return row?.max ?? null
  }

  async createStaging(topic: Topic, run: RunTables): Promise<void> {
    const target = createTableSql(
      topic.target.table,
      topic,
      [ROW_ID_KEY, ...topicKeys(topic)],
      DEFAULT_TABLE_OPTIONS,
    )
    await withLockRetries(() => this.#database.write(target))
    const { definition, problems } = await this.inspectTarget(topic)
    if (problems.length > 0) throw targetRefused(topic.target.table, problems)
    const staging = createTableSql(stagingName(run.runId, run.generation), topic, [], definition.options)
    await withLockRetries(() => this.#database.write(staging))
  }

  async storePage(
    topic: Topic,
    page: ClaimedPage,
    encoded: EncodedPage,
    measures: PageMeasures,
  ): Promise<void> {
    const { allowsLocal, packetBytesMax } = await this.#readIntake()
    checkRowSizes(encoded, measures.bodyBytes, packetBytesMax)
    const storeBy = (load: RowLoader) =>
      retryLocked(() => this.#storePage(topic, page, { encoded, measures, load }))
    try {
      await storeBy(allowsLocal ? loadLocal : insertRows)
    } catch (error) {
      if (!allowsLocal || !isLocalRefused(error)) throw error
      this.#intake = Promise.resolve({ allowsLocal: false, packetBytesMax })
      await storeBy(insertRows)
    }
  }

  async #storePage(
    topic: Topic,
    page: ClaimedPage,
    { encoded, measures, load }: { encoded: EncodedPage; measures: PageMeasures; load: RowLoader },
  ): Promise<void> {
    await this.#database.withSession(async (session) => {
      try {
        await session.transaction(async () => {
          const startMs = this.#clock()
          await lockPage(session, page)
          const staging = stagingName(page.runId, page.generation)
          await phase('store.load', () => load(session, staging, topic, encoded))
          faultPoint('after_load')
          const loadMs = Math.round(this.#clock() - startMs)
          const { rowCount, digestSum } = encoded
          await markPageDone(session, page, { rowCount, digestSum, loadMs, ...measures })
          faultPoint('before_commit')
        })
      } catch (error) {
        session.destroy()
        throw error
      }
    })
  }

  digestStaging(session: Session, topic: Topic, run: RunTables) {
    return digestTable(session, topic, stagingName(run.runId, run.generation))
  }

  digestTarget(database: Queryable, topic: Topic) {
    return digestTable(database, topic, topic.target.table)
  }

  digestRows(database: Queryable, topic: Topic, rowIds: readonly string[]) {
    return digestRows(database, topic, rowIds)
  }

  compareRow(database: Queryable, topic: Topic, row: PortalRow) {
    return compareRow(database, topic, row)
  }

  readHistogram(
    database: Queryable,
    topic: Topic,
    request: { readonly range?: TargetRange | undefined; readonly bucketsMax: number },
  ) {
    return readTargetHistogram(database, topic, request)
  }

  countRanges(database: Queryable, topic: Topic, ranges: readonly TargetRange[]) {
    return countTargetRanges(database, topic, ranges)
  }

  listRowIds(database: Queryable, topic: Topic, times: readonly (string | null)[]) {
    return listTargetRowIds(database, topic, times)
  }

  async buildRowIdKey(session: Session, topic: Topic, run: RunTables): Promise<void> {
    const present = await this.#keysOf(session, stagingName(run.runId, run.generation))
    if (present.length === 0) await this.#addKeys(session, topic, run, [ROW_ID_KEY])
  }

  async buildIndexes(session: Session, topic: Topic, run: RunTables): Promise<void> {
    const present = await this.#keysOf(session, stagingName(run.runId, run.generation))
    const wanted = missingKeys(topic, await this.#keysOf(session, topic.target.table), present)
    await this.#addKeys(session, topic, run, wanted)
  }

  async #addKeys(session: Session, topic: Topic, run: RunTables, keys: readonly string[]): Promise<void> {
    const statements = addKeysSql(stagingName(run.runId, run.generation), keys)
    try {
      await withLockWait(session, STAGING_LOCK_WAIT_SECONDS, async () => {
        for (const sql of statements) await session.write(sql)
      })
    } catch (error) {
      throw isFault(error) && error.code === 'DATABASE_DUPLICATE'
        ? duplicateRows(topic.target.table, error)
        : error
    }
  }

  async swap(session: Session, topic: Topic, run: RunTables): Promise<void> {
    await this.#exchange(session, topic, stagingName(run.runId, run.generation), run.runId)
  }

  async putBack(session: Session, topic: Topic, { runId, restoresRun }: Rollback): Promise<void> {
    await this.#exchange(session, topic, oldTableName(restoresRun), runId)
  }

  async #exchange(session: Session, topic: Topic, next: string, runId: string): Promise<void> {
    const { problems } = await inspectTarget(session, this.#database.schema, topic)
    if (problems.length > 0) throw targetRefused(topic.target.table, problems)
    await swapTables(session, { next, target: topic.target.table, old: oldTableName(runId) })
  }

  async hasPutBack(session: Session, { runId, restoresRun }: Rollback): Promise<boolean> {
    const schema = this.#database.schema
    const isWaiting = await tableExists(session, schema, oldTableName(restoresRun))
    return !isWaiting && (await tableExists(session, schema, oldTableName(runId)))
  }

  async countOldRows(runId: string): Promise<number | undefined> {
    const table = oldTableName(runId)
    if (!(await tableExists(this.#database, this.#database.schema, table))) return undefined
    const [row] = await this.#database.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${quoteName(table)}`)
    return row?.n
  }

  async hasSwapped(session: Session, run: RunTables): Promise<boolean> {
    const schema = this.#database.schema
    const staged = await tableExists(session, schema, stagingName(run.runId, run.generation))
    return !staged && (await tableExists(session, schema, oldTableName(run.runId)))
  }

  merge(session: Session, topic: Topic, run: RunTables) {
    const key = topic.incremental.strategy === 'cursor' ? (topic.incremental.key ?? []) : []
    return mergeRows(session, topic, stagingName(run.runId, run.generation), key)
  }

  mirror(session: Session, topic: Topic, run: RunTables) {
    return mirrorRows(session, topic, run)
  }

  async dropStaging(run: RunTables): Promise<void> {
    await dropTable(this.#database, stagingName(run.runId, run.generation))
  }

  async listRunTables() {
    const tables = await this.#database.rows<{ name: string }>(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME LIKE '\\_gs\\_%' ORDER BY name`,
      [this.#database.schema],
    )
    return tables.flatMap(({ name }) => {
      const runId = runIdOfTable(name)
      return runId === undefined ? [] : [{ table: name, runId, old: name === oldTableName(runId) }]
    })
  }

  async dropRunTable(table: string): Promise<void> {
    if (runIdOfTable(table) !== undefined) await dropTable(this.#database, table)
  }

  async #keysOf(session: Session, table: string): Promise<readonly string[]> {
    const [row] = await session.rows<Record<string, string>>(`SHOW CREATE TABLE ${quoteName(table)}`)
    return parseTableDefinition(row?.['Create Table'] ?? '').keys
  }

  #readIntake(): Promise<ServerIntake> {
    this.#intake ??= this.#database.withSession(readServerIntake).catch((error: unknown) => {
      this.#intake = undefined
      throw error
    })
    return this.#intake
  }
}
