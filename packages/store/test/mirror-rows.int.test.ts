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

const topic = topicOf({ name: { type: 'varchar(20)' } })
const row = (id: string, name: string | null, day: number) => ({
  name,
  ':id': id,
  ':updated_at': `2020-01-0${day}T00:00:00.000Z`,
})
const OLD = [row('row-1', 'one', 1), row('row-2', 'two', 1), row('row-3', 'three', 1)]

/** Stages `rows` with the keys that follow those of the target, and plans the deletions of a mirror run. */
async function stage(
  rows: readonly ReturnType<typeof row>[],
  deletions: readonly string[],
): Promise<RunTables> {
  const { database } = testDatabase
  const { keyMax } = await store.inspectTarget(topic)
  const run = await startLoading(database, store, topic, { plannedRows: rows.length })
  if (rows.length > 0) {
    const page = await claim(database, run)
    await store.storePage(topic, page, encodePage(topic, rows, keyMax + 1), MEASURES)
  }
  for (const id of deletions)
    await database.write('INSERT INTO import_deletion (run_id, generation, source_row_id) VALUES (?, ?, ?)', [
      run.runId,
      run.generation,
      id,
    ])
  await database.withOwnSession((session) => store.buildRowIdKey(session, topic, run))
  return run
}
const mirror = (run: RunTables) =>
  testDatabase.database.withOwnSession((session) =>
    session.transaction(() => store.mirror(session, topic, run)),
  )
const digestOf = async (...ids: string[]) => {
  const digests = await store.digestRows(testDatabase.database, topic, ids)
  return String([...digests.values()].reduce((sum, digest) => sum + digest, 0))
}
const digestTarget = () => store.digestTarget(testDatabase.database, topic)
const readTarget = async () => {
  const rows = await testDatabase.database.rows<{ key: number; name: string | null; id: string }>(
    'SELECT things_id AS `key`, name, source_row_id AS id FROM things ORDER BY things_id',
  )
  return rows.map(({ key, name, id }) => `${key} ${id} ${name}`)
}

describe('mirroring', () => {
  it('adds, updates and deletes, keeps the keys of the rows that stay, and counts each', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const replaced = await digestOf('row-2', 'row-3')
    const run = await stage([row('row-2', 'TWO', 2), row('row-4', 'four', 2)], ['row-3'])
    expect(await mirror(run)).toEqual({
      inserted: 1,
      updated: 1,
      deleted: 1,
      replacedDigestSum: replaced,
    })
    expect(await readTarget()).toEqual(['1 row-1 one', '2 row-2 TWO', '5 row-4 four'])
  })

  it('tells what it replaced so that the digest afterwards can be foretold', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const before = await digestTarget()
    const run = await stage([row('row-1', null, 2), row('row-9', 'nine', 2)], ['row-1', 'row-2'])
    const staged = await testDatabase.database.withOwnSession((session) =>
      store.digestStaging(session, topic, run),
    )
    const { replacedDigestSum } = await mirror(run)
    const after = await digestTarget()
    const foretold = BigInt(before.digestSum) - BigInt(replacedDigestSum) + BigInt(staged.digestSum)
    expect(after.digestSum).toBe(String(foretold))
    expect(after.rowCount).toBe(3)
  })

  it('takes a row that is to be deleted and stands in staging for one that changed', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const replaced = await digestOf('row-2')
    const run = await stage([row('row-2', 'TWO', 2)], ['row-2'])
    expect(await mirror(run)).toEqual({ inserted: 0, updated: 1, deleted: 0, replacedDigestSum: replaced })
    expect(await readTarget()).toEqual(['1 row-1 one', '2 row-2 TWO', '3 row-3 three'])
  })

  it('counts a row that is read anew and has not changed for none', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const run = await stage([row('row-2', 'two', 1)], ['row-2'])
    expect(await mirror(run)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 })
    expect(await readTarget()).toHaveLength(3)
  })

  it('only deletes where nothing is staged', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const run = await stage([], ['row-1', 'row-3', 'row-gone'])
    expect(await mirror(run)).toMatchObject({ inserted: 0, updated: 0, deleted: 2 })
    expect(await readTarget()).toEqual(['2 row-2 two'])
  })

  it('does nothing where nothing is to be done', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const run = await stage([], [])
    expect(await mirror(run)).toEqual({ inserted: 0, updated: 0, deleted: 0, replacedDigestSum: '0' })
  })

  it('minds the deletions of its own run and generation alone', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    await stage([], ['row-1'])
    const run = await stage([row('row-4', 'four', 2)], ['row-3'])
    await testDatabase.database.write(
      'INSERT INTO import_deletion (run_id, generation, source_row_id) VALUES (?, ?, ?)',
      [run.runId, run.generation + 1, 'row-2'],
    )
    expect(await mirror(run)).toMatchObject({ inserted: 1, deleted: 1 })
    expect(await readTarget()).toEqual(['1 row-1 one', '2 row-2 two', '4 row-4 four'])
  })

  it('tells ids apart by every letter', async () => {
    await publishRows(testDatabase.database, store, topic, [
      row('row-a', 'lower', 1),
      row('row-A', 'upper', 1),
    ])
    const run = await stage([row('row-b', 'lower', 1), row('row-B', 'upper', 1)], ['row-A'])
    expect(await mirror(run)).toMatchObject({ inserted: 2, deleted: 1 })
    expect(await readTarget()).toEqual(['1 row-a lower', '3 row-b lower', '4 row-B upper'])
  })

  it('changes nothing more when it is done twice', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const run = await stage([row('row-2', 'TWO', 2), row('row-4', 'four', 2)], ['row-3'])
    await mirror(run)
    const after = await readTarget()
    expect(await mirror(run)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 })
    expect(await readTarget()).toEqual(after)
  })
})

describe('mirroring that does not come to its end', () => {
  it('leaves nothing when its transaction is rolled back', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const before = await readTarget()
    const run = await stage([row('row-1', 'ONE', 2), row('row-4', 'four', 2)], ['row-3'])
    const mirrored = testDatabase.database.withOwnSession((session) =>
      session.transaction(async () => {
        await store.mirror(session, topic, run)
        throw new Error('the figures differ')
      }),
    )
    await expect(mirrored).rejects.toThrow('the figures differ')
    expect(await readTarget()).toEqual(before)
  })

  it('leaves nothing when its connection dies', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const before = await readTarget()
    const run = await stage([row('row-4', 'four', 2)], ['row-3'])
    const mirrored = testDatabase.database.withOwnSession((session) =>
      session.transaction(async () => {
        await store.mirror(session, topic, run)
        await testDatabase.database.write(`KILL ${session.id}`)
      }),
    )
    await expect(mirrored).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await readTarget()).toEqual(before)
  })

  it('fails where a key of a new row is taken, and changes nothing', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const run = await stage([row('row-4', 'four', 2)], ['row-3'])
    await testDatabase.database.write("INSERT INTO things VALUES (4, 'by hand', 'row-hand', NULL)")
    const before = await readTarget()
    await expect(mirror(run)).rejects.toMatchObject({ code: 'DUPLICATE_ROWS', kind: 'terminal' })
    expect(await readTarget()).toEqual(before)
  })

  it('fails when the table does not keep the rows as they are, and changes nothing', async () => {
    await publishRows(testDatabase.database, store, topic, OLD)
    const before = await readTarget()
    const run = await stage([row('row-4', 'four', 2)], ['row-3'])
    await testDatabase.database.write(
      "CREATE TRIGGER thing_lower BEFORE INSERT ON things FOR EACH ROW SET NEW.name = 'changed'",
    )
    await expect(mirror(run)).rejects.toMatchObject({ code: 'STORE_MISMATCH', kind: 'terminal' })
    expect(await readTarget()).toEqual(before)
  })
})
