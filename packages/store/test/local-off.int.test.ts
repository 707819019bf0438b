import { ALL_TYPES, createTestDatabase, generateRows, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodePage, MysqlStore, stagingName } from '../src/index.ts'
import {
  claim,
  dropTables,
  MEASURES,
  stageRows,
  startLoading,
  switchLocalInfile,
  topicOf,
} from './loading-run.ts'
import { pageOfRows } from './page-fields.ts'

let testDatabase: TestDatabase
let putBack: () => Promise<void>
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  putBack = await switchLocalInfile(testDatabase.database, false)
})
afterEach(() => dropTables(testDatabase.database))
afterAll(async () => {
  await putBack()
  await testDatabase.drop()
})

const topic = topicOf(ALL_TYPES)
const { sent } = generateRows(1_500, 77)
const encoded = encodePage(topic, sent, 1)

describe('a server that forbids LOAD DATA LOCAL', () => {
  it('gets the same rows by INSERT', async () => {
    const store = new MysqlStore(testDatabase.database)
    const run = await stageRows(testDatabase.database, store, topic, sent)
    const stored = await testDatabase.database.withSession((session) =>
      store.digestStaging(session, topic, run),
    )
    expect(stored).toMatchObject({ rowCount: 1_500, digestSum: encoded.digestSum })
  })

  it('may begin to forbid it while a worker runs', async () => {
    const switchOff = await switchLocalInfile(testDatabase.database, true)
    const store = new MysqlStore(testDatabase.database)
    await stageRows(testDatabase.database, store, topic, sent.slice(0, 1))
    await switchOff()
    const run = await stageRows(testDatabase.database, store, topic, sent)
    const stored = await testDatabase.database.withSession((session) =>
      store.digestStaging(session, topic, run),
    )
    expect(stored).toMatchObject({ rowCount: 1_500, digestSum: encoded.digestSum })
  })

  it('stores nothing of a page with one row that does not fit', async () => {
    const { database } = testDatabase
    const small = topicOf({ name: { type: 'varchar(5)' } })
    const store = new MysqlStore(database)
    const run = await startLoading(database, store, small, { plannedRows: 2_001 })
    const rows = Array.from({ length: 2_001 }, (_, index) => [
      String(index + 1),
      'fits',
      `row-${index}`,
      null,
    ])
    rows[2_000]![1] = 'too long'
    const stored = store.storePage(small, await claim(database, run), pageOfRows(rows), MEASURES)
    await expect(stored).rejects.toMatchObject({ kind: 'terminal', message: expect.stringContaining('name') })
    const [count] = await database.rows<{ n: number }>(
      `SELECT COUNT(*) AS n FROM \`${stagingName(run.runId, 1)}\``,
    )
    expect(count?.n).toBe(0)
  })
})
