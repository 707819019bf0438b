import { randomBytes } from 'node:crypto'
import { type ClaimedPage, claimPage, createRun, type Database, moveRun } from '@gather/ledger'
import { parseTopic, type Topic } from '@gather/topics'
import { encodePage, type MysqlStore, type RunTables } from '../src/index.ts'

type ColumnDefinition = { readonly from?: string; readonly type: string; readonly null?: boolean }
type PortalRow = Readonly<Record<string, unknown>>

/** A topic whose columns have the names of the portal's fields. */
export function topicOf(
  columns: Readonly<Record<string, ColumnDefinition>>,
  more: Readonly<Record<string, unknown>> = {},
): Topic {
  const named = Object.entries(columns).map(([name, column]) => [name, { from: name, ...column }])
  const definition = {
    topic: 'things',
    source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
    target: { store: 'mysql', table: 'things' },
    columns: Object.fromEntries(named),
    ...more,
  }
  return parseTopic(definition, 'test')
}

export const newRunId = (): string => `r${randomBytes(5).toString('hex')}`

export interface RunSize {
  readonly plannedRows: number
  readonly pageRows?: number
}

/** A run in state `loading` whose staging table is there. */
export async function startLoading(
  database: Database,
  store: MysqlStore,
  topic: Topic,
  { plannedRows, pageRows = Math.max(1, plannedRows) }: RunSize,
): Promise<RunTables> {
  const runId = newRunId()
  await createRun(database, {
    runId,
    topic: topic.name,
    mode: 'initialize',
    strategy: 'full',
    definition: JSON.stringify(topic.definition),
    sourceUrl: topic.source.url,
    dataset: topic.source.dataset,
    targetHost: database.host,
    targetDb: database.schema,
    // One open run per target: each run of these tests names another one in the ledger.
    targetTable: runId,
    baseKey: 0,
    rowsBefore: 0,
    requestCount: 0,
    note: null,
    sourceFilter: null,
    plannedRows,
    pageRows,
    versionKind: 'metadata',
    sourceVersion: '1',
    sourceFingerprint: '0'.repeat(64),
  })
  const run = { runId, generation: 1 }
  await store.createStaging(topic, run)
  await moveRun(database, { runId, generation: 1 }, ['planned'], 'loading')
  return run
}

export async function claim(database: Database, run: RunTables, pageNo = 0): Promise<ClaimedPage> {
  const page = await claimPage(database, { ...run, pageNo, enqueueNo: 1, claimedBy: 'test' })
  if (page === undefined) throw new Error(`page ${pageNo} of run ${run.runId} can't be claimed`)
  return page
}

export const MEASURES = { bodyBytes: 100, fetchMs: 1 } as const

/** Stages all `rows` as the one page of a new run. */
export async function stageRows(
  database: Database,
  store: MysqlStore,
  topic: Topic,
  rows: readonly PortalRow[],
): Promise<RunTables> {
  const run = await startLoading(database, store, topic, { plannedRows: rows.length })
  await store.storePage(topic, await claim(database, run), encodePage(topic, rows, 1), MEASURES)
  return run
}

/** Makes `rows` the content of the topic's table, as a run does it. */
export async function publishRows(
  database: Database,
  store: MysqlStore,
  topic: Topic,
  rows: readonly PortalRow[],
): Promise<RunTables> {
  const run = await stageRows(database, store, topic, rows)
  await database.withOwnSession(async (session) => {
    await store.buildIndexes(session, topic, run)
    await store.swap(session, topic, run)
  })
  return run
}

/** Removes the topic's table and all that runs left, so that the next test begins with nothing. */
export async function dropTables(database: Database): Promise<void> {
  const tables = await database.rows<{ name: string; type: string }>(
    `SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ? AND (TABLE_NAME LIKE 'thing%' OR TABLE_NAME LIKE '\\_gs\\_%') ORDER BY name DESC`,
    [database.schema],
  )
  await database.withSession(async (session) => {
    await session.write('SET SESSION foreign_key_checks = 0')
    for (const { name, type } of tables)
      await session.write(`DROP ${type === 'VIEW' ? 'VIEW' : 'TABLE'} \`${name}\``)
    await session.write('SET SESSION foreign_key_checks = 1')
  })
}

/**
 * Switches LOAD DATA LOCAL on or off on the server; servers differ in their default.
 * @returns what puts it back
 */
export async function switchLocalInfile(database: Database, on: boolean): Promise<() => Promise<void>> {
  const [before] = await database.rows<{ allowed: number }>('SELECT @@GLOBAL.local_infile AS allowed')
  await database.write('SET GLOBAL local_infile = ?', [on ? 1 : 0])
  return async () => {
    await database.write('SET GLOBAL local_infile = ?', [before?.allowed])
  }
}
