import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodePage, MysqlStore, type RunTables } from '../src/index.ts'
import { claim, dropTables, MEASURES, publishRows, startLoading, topicOf } from './loading-run.ts'

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())
afterEach(() => dropTables(testDatabase.database))

const COLUMNS = {
  code: { type: 'varchar(20)' },
  name: { type: 'varchar(20)' },
  changed: { type: 'datetime' },
} as const
const incremental = { strategy: 'cursor', column: 'changed' }
const byRowId = topicOf(COLUMNS, { incremental })
const byCode = topicOf(COLUMNS, { incremental: { ...incremental, key: ['code'] } })

const row = (id: string, code: string | null, name: string, day: number) => ({
  code,
  name,
  changed: `2020-01-0${day}T00:00:00.000`,
  ':id': id,
  ':updated_at': `2020-01-0${day}T00:00:00.000Z`,
})
const OLD = [row('row-1', 'a', 'one', 1), row('row-2', 'b', 'two', 1), row('row-3', 'c', 'three', 1)]

/** Stages `rows` with the keys that follow those of the target. */
async function stageAfter(topic: typeof byCode, rows: readonly ReturnType<typeof row>[]): Promise<RunTables> {
  const { keyMax } = await store.inspectTarget(topic)
  const run = await startLoading(testDatabase.database, store, topic, { plannedRows: rows.length })
  const page = await claim(testDatabase.database, run)
  await store.storePage(topic, page, encodePage(topic, rows, keyMax + 1), MEASURES)
  await testDatabase.database.withOwnSession((session) => store.buildIndexes(session, topic, run))
  return run
}
const merge = (topic: typeof byCode, run: RunTables) =>
  testDatabase.database.withOwnSession((session) =>
    session.transaction(() => store.merge(session, topic, run)),
  )
const readTarget = () =>
  testDatabase.database.rows<{ things_id: number; code: string | null; name: string; source_row_id: string }>(
    'SELECT things_id, code, name, source_row_id FROM things ORDER BY things_id',
  )

describe('merging staged rows into the target', () => {
  it('adds new rows, updates known ones, keeps the keys of those and counts each', async () => {
    await publishRows(testDatabase.database, store, byRowId, OLD)
    const run = await stageAfter(byRowId, [row('row-2', 'b', 'TWO', 2), row('row-4', 'd', 'four', 2)])
    expect(await merge(byRowId, run)).toEqual({ inserted: 1, updated: 1, deleted: 0 })
    expect(await readTarget()).toEqual([
      { things_id: 1, code: 'a', name: 'one', source_row_id: 'row-1' },
      { things_id: 2, code: 'b', name: 'TWO', source_row_id: 'row-2' },
      { things_id: 3, code: 'c', name: 'three', source_row_id: 'row-3' },
      { things_id: 5, code: 'd', name: 'four', source_row_id: 'row-4' },
    ])
  })

  it('changes nothing when it is done twice', async () => {
    await publishRows(testDatabase.database, store, byRowId, OLD)
    const run = await stageAfter(byRowId, [row('row-2', 'b', 'TWO', 2), row('row-4', 'd', 'four', 2)])
    await merge(byRowId, run)
    const after = await readTarget()
    expect(await merge(byRowId, run)).toEqual({ inserted: 0, updated: 0, deleted: 0 })
    expect(await readTarget()).toEqual(after)
  })

  it('removes rows of the same key columns that have another row id', async () => {
    await publishRows(testDatabase.database, store, byCode, OLD)
    const run = await stageAfter(byCode, [row('row-9', 'b', 'new two', 2)])
    expect(await merge(byCode, run)).toEqual({ inserted: 1, updated: 0, deleted: 1 })
    expect((await readTarget()).map(({ name }) => name)).toEqual(['one', 'three', 'new two'])
  })

  it('keeps a row that exchanged its key columns with another: both are staged', async () => {
    await publishRows(testDatabase.database, store, byCode, OLD)
    const run = await stageAfter(byCode, [row('row-1', 'b', 'one', 2), row('row-2', 'a', 'two', 2)])
    expect(await merge(byCode, run)).toEqual({ inserted: 0, updated: 2, deleted: 0 })
    expect((await readTarget()).map(({ things_id, code }) => `${things_id}${code}`)).toEqual([
      '1b',
      '2a',
      '3c',
    ])
  })

  it('takes NULL in a key column for a value', async () => {
    await publishRows(testDatabase.database, store, byCode, [row('row-1', null, 'none', 1)])
    const run = await stageAfter(byCode, [row('row-9', null, 'new none', 2)])
    expect(await merge(byCode, run)).toMatchObject({ inserted: 1, deleted: 1 })
    expect((await readTarget()).map(({ name }) => name)).toEqual(['new none'])
  })

  it('fills an empty target', async () => {
    await publishRows(testDatabase.database, store, byRowId, OLD)
    await testDatabase.database.write('DELETE FROM things')
    const run = await stageAfter(byRowId, OLD)
    expect(await merge(byRowId, run)).toEqual({ inserted: 3, updated: 0, deleted: 0 })
  })
})

describe('a merge that does not come to its end', () => {
  it('leaves nothing when its transaction is rolled back', async () => {
    await publishRows(testDatabase.database, store, byCode, OLD)
    const before = await readTarget()
    const run = await stageAfter(byCode, [row('row-9', 'b', 'new two', 2), row('row-1', 'a', 'ONE', 2)])
    const merged = testDatabase.database.withOwnSession((session) =>
      session.transaction(async () => {
        await store.merge(session, byCode, run)
        expect(await session.rows(`SELECT 1 FROM ${byCode.target.table}`)).toHaveLength(3)
        throw new Error('the figures differ')
      }),
    )
    await expect(merged).rejects.toThrow('the figures differ')
    expect(await readTarget()).toEqual(before)
  })

  it('leaves nothing when its connection dies', async () => {
    await publishRows(testDatabase.database, store, byCode, OLD)
    const before = await readTarget()
    const run = await stageAfter(byCode, [row('row-9', 'b', 'new two', 2)])
    const merged = testDatabase.database.withOwnSession((session) =>
      session.transaction(async () => {
        await store.merge(session, byCode, run)
        await testDatabase.database.write(`KILL ${session.id}`)
      }),
    )
    await expect(merged).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await readTarget()).toEqual(before)
  })

  it.each([
    ['added', [row('row-4', 'd', 'four', 2)], 'INSERT'],
    ['updated', [row('row-2', 'b', 'TWO', 2)], 'UPDATE'],
  ])('fails when the table does not keep the rows it %s as they are', async (_how, rows, event) => {
    await publishRows(testDatabase.database, store, byRowId, OLD)
    const before = await readTarget()
    const run = await stageAfter(byRowId, rows)
    await testDatabase.database.write(
      `CREATE TRIGGER thing_lower BEFORE ${event} ON things FOR EACH ROW SET NEW.name = 'changed'`,
    )
    await expect(merge(byRowId, run)).rejects.toMatchObject({ code: 'STORE_MISMATCH', kind: 'terminal' })
    expect(await readTarget()).toEqual(before)
  })

  it('fails when a unique index of the target forbids a row, and changes nothing', async () => {
    await publishRows(testDatabase.database, store, byRowId, OLD)
    const before = await readTarget()
    const run = await stageAfter(byRowId, [row('row-1', 'a', 'ONE', 2), row('row-4', 'd', 'three', 2)])
    await testDatabase.database.write('ALTER TABLE things ADD UNIQUE KEY only_name (name)')
    await expect(merge(byRowId, run)).rejects.toMatchObject({ kind: 'terminal' })
    expect(await readTarget()).toEqual(before)
  })
})

describe('the highest value of a column', () => {
  it('is the text the database writes, and null for an empty table', async () => {
    await publishRows(testDatabase.database, store, byRowId, [...OLD, row('row-4', 'd', 'four', 5)])
    expect(await store.readColumnMax(byRowId, 'changed')).toBe('2020-01-05 00:00:00.000')
    await testDatabase.database.write('DELETE FROM things')
    expect(await store.readColumnMax(byRowId, 'changed')).toBeNull()
  })
})
