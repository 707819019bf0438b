import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '@gather/platform'
import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MysqlStore } from '../src/index.ts'
import { dropTables, publishRows, stageRows, topicOf } from './loading-run.ts'

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())
afterEach(() => dropTables(testDatabase.database))

const topic = topicOf(
  { name: { type: 'varchar(50)' }, story: { type: 'text' }, n: { type: 'int' } },
  { indexes: [['name'], ['story']] },
)
const ROWS = [
  { name: 'one', story: 'first', n: 1, ':id': 'row-1', ':updated_at': null },
  { name: 'two', story: 'second', n: 2, ':id': 'row-2', ':updated_at': null },
]
const write = (sql: string) => testDatabase.database.write(sql)
const readKeys = async () => (await store.inspectTarget(topic)).definition.keys

describe('the indexes of a published table', () => {
  it("are the unique one on the row id and the topic's own", async () => {
    await publishRows(testDatabase.database, store, topic, ROWS)
    expect([...(await readKeys())].sort()).toEqual([
      'KEY `name` (`name`)',
      'KEY `story` (`story`(191))',
      'UNIQUE KEY `source_row_id` (`source_row_id`)',
    ])
  })

  it.each([
    ['a unique one', 'ADD UNIQUE KEY by_n (n)'],
    ['one on the beginning of a text', 'ADD KEY by_story (story(7), name)'],
    ['a full-text one', 'ADD FULLTEXT KEY words (story)'],
    ['two full-text ones', 'ADD FULLTEXT KEY words (story)|ADD FULLTEXT KEY more_words (name, story)'],
    ['a descending one', 'ADD KEY newest (n DESC)'],
    ['one with a comment in parentheses', "ADD KEY by_n (n) COMMENT 'asked for by Ann (2019)'"],
    ['one with a strange name', 'ADD KEY `a``b (n)` (n)'],
  ])('%s made by hand outlives every following run', async (_what, changes) => {
    await publishRows(testDatabase.database, store, topic, ROWS)
    for (const change of changes.split('|')) await write(`ALTER TABLE things ${change}`)
    const before = [...(await readKeys())].sort()
    expect(before).toHaveLength(3 + changes.split('|').length)
    await publishRows(testDatabase.database, store, topic, ROWS)
    await publishRows(testDatabase.database, store, topic, ROWS)
    expect([...(await readKeys())].sort()).toEqual(before)
  })

  it.each([
    ['a comment', "KEY name (name) COMMENT 'mine (really)'"],
    ['another column', 'KEY name (n)'],
    ['another order', 'KEY name (name DESC)'],
    ['one column more', 'KEY name (name, n)'],
    ['a unique one', 'UNIQUE KEY name (name)'],
  ])(
    "a hand-made index that takes the name of the topic's own, with %s, does not stop the next run",
    async (_what, key) => {
      await publishRows(testDatabase.database, store, topic, ROWS)
      await write(`ALTER TABLE things DROP KEY name, ADD ${key}`)
      const before = await readKeys()
      await publishRows(testDatabase.database, store, topic, ROWS)
      await publishRows(testDatabase.database, store, topic, ROWS)
      expect(await readKeys()).toEqual(expect.arrayContaining([...before]))
    },
  )

  it('are built once, however often the settler begins anew', async () => {
    const run = await stageRows(testDatabase.database, store, topic, ROWS)
    await testDatabase.database.withOwnSession(async (session) => {
      for (let time = 0; time < 3; time++) await store.buildIndexes(session, topic, run)
      await store.swap(session, topic, run)
    })
    expect(await readKeys()).toHaveLength(3)
  })

  it('are built after a digest that came first, however long that takes', async () => {
    const { database } = testDatabase
    const run = await stageRows(database, store, topic, ROWS)
    let isBuilt = false
    const building = await database.withOwnSession(async (reader) => {
      await reader.write('START TRANSACTION')
      await store.digestStaging(reader, topic, run)
      const built = database.withOwnSession(async (session) => {
        await store.buildIndexes(session, topic, run)
        isBuilt = true
      })
      // Longer than a statement waits for a lock otherwise.
      await sleep(1_000 * LIMITS.lockWaitSeconds + 1_000)
      expect(isBuilt).toBe(false)
      await reader.write('COMMIT')
      return { built }
    })
    await building.built
    await database.withOwnSession((session) => store.swap(session, topic, run))
    expect(await readKeys()).toHaveLength(3)
  })
})

describe('rows that are not distinct', () => {
  it('one row id twice is refused, named, and readers keep the old table', async () => {
    await publishRows(testDatabase.database, store, topic, ROWS)
    const run = await stageRows(testDatabase.database, store, topic, [...ROWS, { ...ROWS[0], name: 'again' }])
    const built = testDatabase.database.withOwnSession((session) => store.buildIndexes(session, topic, run))
    await expect(built).rejects.toMatchObject({
      code: 'DUPLICATE_ROWS',
      kind: 'terminal',
      message: expect.stringMatching(/the portal sent one row twice: .*row-1/),
    })
    expect(await store.inspectTarget(topic)).toMatchObject({ rowCount: 2 })
  })

  it('a unique index made by hand that they break is named with what to do', async () => {
    await publishRows(testDatabase.database, store, topic, ROWS)
    await write('ALTER TABLE things ADD UNIQUE KEY only_n (n)')
    const run = await stageRows(
      testDatabase.database,
      store,
      topic,
      ROWS.map((row) => ({ ...row, n: 7 })),
    )
    const built = testDatabase.database.withOwnSession((session) => store.buildIndexes(session, topic, run))
    await expect(built).rejects.toMatchObject({
      code: 'DUPLICATE_ROWS',
      message: expect.stringMatching(/unique index .*only_n.* of things .*drop it or make it a plain index/),
    })
  })

  it('row ids that differ in case alone are two rows', async () => {
    const rows = [
      { ...ROWS[0], ':id': 'row-abcd' },
      { ...ROWS[1], ':id': 'row-ABCD' },
    ]
    await publishRows(testDatabase.database, store, topic, rows)
    expect(await store.inspectTarget(topic)).toMatchObject({ rowCount: 2 })
  })
})
