import { Database } from '@gather/ledger'
import {
  ALL_TYPES,
  createTestDatabase,
  generateRows,
  readStoredRows,
  type TestDatabase,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodePage, MysqlStore, type RunTables, stagingName } from '../src/index.ts'
import { insertRows } from '../src/load-rows.ts'
import { dropTables, stageRows, startLoading, switchLocalInfile, topicOf } from './loading-run.ts'

const ROW_COUNT = 2_500
const topic = topicOf(ALL_TYPES)

let testDatabase: TestDatabase
let store: MysqlStore
let putBack: () => Promise<void>
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  putBack = await switchLocalInfile(testDatabase.database, true)
  store = new MysqlStore(testDatabase.database)
})
afterAll(async () => {
  await putBack()
  await testDatabase.drop()
})
afterEach(() => dropTables(testDatabase.database))

const readStaging = (run: RunTables) => readStoredRows(testDatabase.database, topic, run)

const readDigest = (run: RunTables) =>
  testDatabase.database.withSession((session) => store.digestStaging(session, topic, run))

describe('rows of every column type with hostile values', () => {
  it.each([1, 20_190_723])(
    'come back byte for byte after LOAD DATA, and the digests agree (seed %i)',
    async (seed) => {
      const { sent, stored } = generateRows(ROW_COUNT, seed)
      const run = await stageRows(testDatabase.database, store, topic, sent)
      expect(await readStaging(run)).toEqual(stored)
      const { digestSum } = encodePage(topic, sent, 1)
      expect(await readDigest(run)).toMatchObject({ rowCount: ROW_COUNT, digestSum })
    },
  )

  it.each([2, 20_190_724])(
    'come back byte for byte after INSERT, and the digests agree (seed %i)',
    async (seed) => {
      const { sent, stored } = generateRows(ROW_COUNT, seed)
      const encoded = encodePage(topic, sent, 1)
      const run = await startLoading(testDatabase.database, store, topic, { plannedRows: ROW_COUNT })
      await testDatabase.database.transaction((session) =>
        insertRows(session, stagingName(run.runId, 1), topic, encoded),
      )
      expect(await readStaging(run)).toEqual(stored)
      expect(await readDigest(run)).toMatchObject({ rowCount: ROW_COUNT, digestSum: encoded.digestSum })
    },
  )

  it('come back alike from a server in another time zone with a lax mode', async () => {
    const { sent, stored } = generateRows(200, 3)
    const { database } = testDatabase
    const [before] = await database.rows<{ zone: string; mode: string }>(
      'SELECT @@GLOBAL.time_zone AS zone, @@GLOBAL.sql_mode AS mode',
    )
    await database.write("SET GLOBAL time_zone = '-07:00'")
    await database.write("SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'")
    const other = new Database({ url: testDatabase.url })
    try {
      const run = await stageRows(other, new MysqlStore(other), topic, sent)
      expect(await readStaging(run)).toEqual(stored)
    } finally {
      await other.close()
      await database.write('SET GLOBAL time_zone = ?', [before!.zone])
      await database.write('SET GLOBAL sql_mode = ?', [before!.mode])
    }
  })
})

describe('long values', () => {
  it('a text of exactly the bytes its column holds is stored, with its digest', async () => {
    const longest = topicOf({ a_text: { type: 'text' }, a_varchar: { type: 'varchar(16000)' } })
    const row = {
      a_text: 'é'.repeat(32_767),
      a_varchar: '😀'.repeat(16_000),
      ':id': 'row-1',
      ':updated_at': null,
    }
    const run = await stageRows(testDatabase.database, store, longest, [row])
    const [stored] = await testDatabase.database.rows<{ a_text: string; a_varchar: string }>(
      `SELECT a_text, a_varchar FROM \`${stagingName(run.runId, 1)}\``,
    )
    expect(stored).toEqual({ a_text: row.a_text, a_varchar: row.a_varchar })
    const digest = await testDatabase.database.withSession((session) =>
      store.digestStaging(session, longest, run),
    )
    expect(digest.digestSum).toBe(encodePage(longest, [row], 1).digestSum)
  })

  it('a row of several chunks of a megabyte is stored whole', async () => {
    const long = topicOf({ story: { type: 'longtext' } })
    const row = { story: 'tab\t😀\\'.repeat(300_000), ':id': 'row-1', ':updated_at': null }
    const run = await stageRows(testDatabase.database, store, long, [row])
    const [stored] = await testDatabase.database.rows<{ story: string }>(
      `SELECT story FROM \`${stagingName(run.runId, 1)}\``,
    )
    expect(stored?.story === row.story).toBe(true)
    const digest = await testDatabase.database.withSession((session) =>
      store.digestStaging(session, long, run),
    )
    expect(digest.digestSum).toBe(encodePage(long, [row], 1).digestSum)
  })
})
