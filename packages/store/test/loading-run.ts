import type { Database } from '@gather/ledger'
import { stageRows } from '@gather/testing'
import type { Topic } from '@gather/topics'
import type { MysqlStore, RunTables } from '../src/index.ts'

export {
  claimPageNo as claim,
  newRunId,
  PAGE_MEASURES as MEASURES,
  stageRows,
  startLoading,
} from '@gather/testing'
export { topicOf } from './topic-of.ts'

type PortalRow = Readonly<Record<string, unknown>>

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
