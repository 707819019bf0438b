import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { MysqlStore } from '../src/index.ts'
import { dropTables, newRunId, publishRows, topicOf } from './loading-run.ts'

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())
afterEach(() => dropTables(testDatabase.database))

const topic = topicOf({ name: { type: 'varchar(50)' }, n: { type: 'int' } }, { indexes: [['name']] })
const ROWS = [
  { name: 'one', n: 1, ':id': 'row-1', ':updated_at': null },
  { name: 'two', n: 2, ':id': 'row-2', ':updated_at': null },
]
const write = (sql: string) => testDatabase.database.write(sql)
const newStaging = () => store.createStaging(topic, { runId: newRunId(), generation: 1 })

const REFUSED: readonly [string, readonly string[], RegExp][] = [
  [
    'a trigger',
    ['CREATE TRIGGER thing_seen BEFORE INSERT ON things FOR EACH ROW SET NEW.n = 1'],
    /triggers \(thing_seen\)/,
  ],
  [
    'a foreign key that points from it',
    [
      'CREATE TABLE thing_names (id BIGINT UNSIGNED PRIMARY KEY) ENGINE = InnoDB',
      'INSERT INTO thing_names VALUES (1), (2)',
      'ALTER TABLE things ADD CONSTRAINT thing_from FOREIGN KEY (things_id) REFERENCES thing_names (id)',
    ],
    /foreign keys point from or to it \(things\.thing_from\)/,
  ],
  [
    'a foreign key that points to it',
    [
      'CREATE TABLE thing_notes (id BIGINT UNSIGNED, CONSTRAINT thing_to FOREIGN KEY (id) REFERENCES things (things_id)) ENGINE = InnoDB',
    ],
    /foreign keys point from or to it \(thing_notes\.thing_to\)/,
  ],
  [
    'partitions',
    [
      'ALTER TABLE things DROP KEY source_row_id',
      'ALTER TABLE things PARTITION BY HASH (things_id) PARTITIONS 3',
    ],
    /it is partitioned/,
  ],
  [
    'a column of its own',
    ['ALTER TABLE things ADD COLUMN remark TEXT NULL'],
    /columns that the topic does not know \(remark\)/,
  ],
  [
    'an engine without transactions',
    ['ALTER TABLE things ENGINE = MyISAM'],
    /its engine knows no transactions/,
  ],
  ['a CHECK of the table', ['ALTER TABLE things ADD CONSTRAINT thing_n CHECK (n >= 0)'], /CHECK constraints/],
  [
    'a CHECK of a column',
    ['ALTER TABLE things MODIFY COLUMN n INT NULL CHECK (n >= 0)'],
    /CHECK constraints/,
  ],
  [
    'another character set',
    ['ALTER TABLE things CONVERT TO CHARACTER SET latin1'],
    /character set can not hold every text/,
  ],
]

describe('a target that a table swap would take something from', () => {
  it.each(REFUSED)(
    '%s is refused with what to do, before a row is staged',
    async (_what, statements, problem) => {
      await publishRows(testDatabase.database, store, topic, ROWS)
      expect(await store.inspectTarget(topic)).toMatchObject({
        exists: true,
        problems: [],
        rowCount: 2,
        keyMax: 2,
      })
      for (const statement of statements) await write(statement)
      const state = await store.inspectTarget(topic)
      expect(state.problems).toHaveLength(1)
      expect(state.problems[0]).toMatch(problem)
      await expect(newStaging()).rejects.toMatchObject({
        code: 'TARGET_REFUSED',
        kind: 'terminal',
        message: expect.stringMatching(problem),
      })
    },
  )

  it('a view in its place is refused', async () => {
    await write('CREATE VIEW things AS SELECT 1 AS things_id')
    expect(await store.inspectTarget(topic)).toMatchObject({
      exists: true,
      problems: [expect.stringContaining('it is a view, not a table')],
    })
    await expect(newStaging()).rejects.toMatchObject({ code: 'TARGET_REFUSED' })
  })

  it('what comes after staging was made is found before the swap', async () => {
    const run = await publishRows(testDatabase.database, store, topic, ROWS)
    await write(`DROP TABLE _gs_old_${run.runId}`)
    await store.createStaging(topic, run)
    await write('CREATE TRIGGER thing_seen BEFORE INSERT ON things FOR EACH ROW SET NEW.n = 1')
    const swapped = testDatabase.database.withOwnSession((session) => store.swap(session, topic, run))
    await expect(swapped).rejects.toMatchObject({ code: 'TARGET_REFUSED' })
    expect(await store.inspectTarget(topic)).toMatchObject({ rowCount: 2 })
  })

  it('names all problems at once', async () => {
    await publishRows(testDatabase.database, store, topic, ROWS)
    await write('ALTER TABLE things ADD COLUMN remark TEXT NULL, ADD CONSTRAINT thing_n CHECK (n >= 0)')
    await write('CREATE TRIGGER thing_seen BEFORE INSERT ON things FOR EACH ROW SET NEW.n = 1')
    expect((await store.inspectTarget(topic)).problems).toHaveLength(3)
  })
})

describe('a target that a table swap may replace', () => {
  it.each([
    ['a comment that speaks of partitions', "ALTER TABLE things COMMENT = 'one day: PARTITION BY HASH (n)'"],
    [
      'a column comment that speaks of a check',
      "ALTER TABLE things MODIFY COLUMN n INT NULL COMMENT 'no CHECK (n > 0)'",
    ],
    ['a row format and a comment', "ALTER TABLE things ROW_FORMAT = DYNAMIC, COMMENT = 'it''s; (mine)'"],
    ['an index made by hand', 'ALTER TABLE things ADD KEY by_n (n, name(10))'],
  ])('%s is no problem', async (_what, statement) => {
    await publishRows(testDatabase.database, store, topic, ROWS)
    await write(statement)
    expect(await store.inspectTarget(topic)).toMatchObject({ problems: [], mergeable: true })
    await publishRows(testDatabase.database, store, topic, ROWS.slice(1))
    expect(await store.inspectTarget(topic)).toMatchObject({ problems: [], rowCount: 1 })
  })

  it('a table that is not there is made, empty, with the keys of the topic', async () => {
    expect(await store.inspectTarget(topic)).toMatchObject({
      exists: false,
      rowCount: 0,
      keyMax: 0,
      problems: [],
    })
    await newStaging()
    expect(await store.inspectTarget(topic)).toMatchObject({
      exists: true,
      rowCount: 0,
      keyMax: 0,
      mergeable: true,
      problems: [],
      definition: { columns: ['things_id', 'name', 'n', 'source_row_id', 'source_updated_at'] },
    })
  })

  it("keeps the target's comment and row format after a swap", async () => {
    await publishRows(testDatabase.database, store, topic, ROWS)
    await write("ALTER TABLE things ROW_FORMAT = DYNAMIC, COMMENT = 'the city''s things'")
    await publishRows(testDatabase.database, store, topic, ROWS)
    const [row] = await testDatabase.database.rows<Record<string, string>>('SHOW CREATE TABLE things')
    expect(row?.['Create Table']).toContain("COMMENT='the city''s things'")
    expect(row?.['Create Table']).toContain('ROW_FORMAT=DYNAMIC')
  })
})

describe("the predecessor's table", () => {
  const predecessors = `CREATE TABLE things (
    things_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NULL, n INTEGER NOT NULL
  ) CHARACTER SET latin1 ENGINE = InnoDB`

  it('is recognised: a table swap can fill it, a merge can not', async () => {
    await write(predecessors)
    await write("INSERT INTO things (name, n) VALUES ('old', 1)")
    expect(await store.inspectTarget(topic)).toMatchObject({
      exists: true,
      mergeable: false,
      rowCount: 1,
      keyMax: 1,
      problems: [],
    })
  })

  it('is replaced by one that holds every text, and its rows stay in the old table', async () => {
    await write(predecessors)
    await write("INSERT INTO things (name, n) VALUES ('old', 1)")
    const run = await publishRows(testDatabase.database, store, topic, [
      { name: '漢字😀', n: 1, ':id': 'row-1', ':updated_at': null },
    ])
    expect(await store.inspectTarget(topic)).toMatchObject({ mergeable: true, problems: [], rowCount: 1 })
    const [row] = await testDatabase.database.rows<{ name: string }>('SELECT name FROM things')
    expect(row?.name).toBe('漢字😀')
    const [old] = await testDatabase.database.rows<{ name: string }>(`SELECT name FROM _gs_old_${run.runId}`)
    expect(old?.name).toBe('old')
  })
})
