import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MysqlStore } from '../src/index.ts'
import { dropTables, publishRows, topicOf } from './loading-run.ts'

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())

const long = 'a'.repeat(60)
const columnsOf = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: 'int' }]))

it.each<[string, string[], string[][]]>([
  ['that are made of the same words', ['a_b', 'a', 'b'], [['a_b'], ['a', 'b']]],
  [
    'that begin alike',
    [long, 'bbbbb1', 'bbbbb2'],
    [
      [long, 'bbbbb1'],
      [long, 'bbbbb2'],
    ],
  ],
  ['that servers keep for themselves', ['primary', 'gen_clust_index'], [['primary'], ['gen_clust_index']]],
  ['that is one of ours', ['source', 'row_id'], [['source', 'row_id']]],
  ['that are words of SQL', ['select', 'key', 'order'], [['select'], ['key', 'order']]],
])('S7: indexes get names of their own where columns have names %s', async (_what, names, indexes) => {
  const topic = topicOf(columnsOf(...names), { indexes })
  const row = { ...Object.fromEntries(names.map((name) => [name, 1])), ':id': 'row-1', ':updated_at': null }
  for (const _time of ['first', 'again']) await publishRows(testDatabase.database, store, topic, [row])
  const keys = await testDatabase.database.rows<{ columns: string }>(
    `SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = 'things' GROUP BY INDEX_NAME`,
    [testDatabase.schema],
  )
  const found = keys.map((key) => key.columns)
  for (const index of indexes) expect(found).toContain(index.join(','))
  await dropTables(testDatabase.database)
})
