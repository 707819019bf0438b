import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodePage, MysqlStore, stagingName } from '../src/index.ts'
import { insertRows } from '../src/load-rows.ts'
import { stageRows, startLoading, topicOf } from './loading-run.ts'

/** What a spreadsheet takes for a formula; there is no export yet, which would have to quote them. */
const CELLS = ['=', '+', '-', '@', '\t', '\r', '\0'].flatMap((sign) => [
  sign,
  `${sign}1+1`,
  `${sign}HYPERLINK("http://evil.example","x")`,
  `${sign}cmd|'/C calc'!A0`,
  `'${sign}1`,
])
const topic = topicOf({ cell: { type: 'varchar(60)' }, long: { type: 'text' } })
const ROWS = CELLS.map((cell, index) => ({ cell, long: cell, ':id': `row-${index}`, ':updated_at': null }))

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())

it.each(['LOAD DATA', 'INSERT'])(
  'S15: a cell that a spreadsheet takes for a formula is stored as it is, by %s',
  async (how) => {
    const { database } = testDatabase
    const run =
      how === 'INSERT'
        ? await startLoading(database, store, topic, { plannedRows: ROWS.length })
        : await stageRows(database, store, topic, ROWS)
    const table = stagingName(run.runId, 1)
    if (how === 'INSERT')
      await database.transaction((session) => insertRows(session, table, topic, encodePage(topic, ROWS, 1)))
    const stored = await database.rows(
      `SELECT HEX(cell) AS cell, HEX(\`long\`) AS \`long\` FROM \`${table}\` ORDER BY things_id`,
    )
    const bytes = CELLS.map((cell) => Buffer.from(cell).toString('hex').toUpperCase())
    expect(stored).toEqual(bytes.map((cell) => ({ cell, long: cell })))
  },
)
