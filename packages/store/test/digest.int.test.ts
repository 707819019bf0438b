import { createTestDatabase, EXTREME_DOUBLES, finiteDouble, type TestDatabase } from '@gather/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { doubleSql, doubleText } from '../src/double-text.ts'
import { encodePage, MysqlStore, type RunTables, stagingName } from '../src/index.ts'
import { dropTables, stageRows, startLoading, topicOf } from './loading-run.ts'

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())
afterEach(() => dropTables(testDatabase.database))

const topic = topicOf({
  a: { type: 'varchar(20)' },
  b: { type: 'varchar(20)' },
  n: { type: 'int' },
  d: { type: 'double' },
  t: { type: 'datetime' },
})
const ROWS = [
  {
    a: 'one',
    b: null,
    n: 1,
    d: 0.5,
    t: '2020-01-01T00:00:00.000',
    ':id': 'row-1',
    ':updated_at': '2020-01-01T00:00:00.000Z',
  },
  { a: 'two', b: 'N', n: 12, d: 1e-9, t: null, ':id': 'row-2', ':updated_at': null },
]

const digestOf = (run: RunTables) =>
  testDatabase.database.withSession((session) => store.digestStaging(session, topic, run))

describe('the digest the database computes', () => {
  it.each([
    ['a changed letter', "SET a = 'onE' WHERE source_row_id = 'row-1'"],
    ['a letter more', "SET a = 'one ' WHERE source_row_id = 'row-1'"],
    ['an accent', "SET a = 'öne' WHERE source_row_id = 'row-1'"],
    ['a NULL that moved to the next column', "SET b = a, a = NULL WHERE source_row_id = 'row-1'"],
    ['a NULL that became an empty text', "SET b = '' WHERE source_row_id = 'row-1'"],
    ['the letter N that became NULL', "SET b = NULL WHERE source_row_id = 'row-2'"],
    ['a digit that moved across a column', "SET b = 'N1', n = 2 WHERE source_row_id = 'row-2'"],
    ['another number', "SET n = 2 WHERE source_row_id = 'row-1'"],
    ['a number that is gone', "SET n = NULL WHERE source_row_id = 'row-1'"],
    ['the last bit of a double', "SET d = 1.0000000000000003e-9 WHERE source_row_id = 'row-2'"],
    ['a millisecond', "SET t = '2020-01-01 00:00:00.001' WHERE source_row_id = 'row-1'"],
    ['another row id', "SET source_row_id = 'row-3' WHERE source_row_id = 'row-1'"],
    ['another time of the last change', "SET source_updated_at = NULL WHERE source_row_id = 'row-1'"],
  ])('sees %s', async (_change, assignment) => {
    const run = await stageRows(testDatabase.database, store, topic, ROWS)
    const before = await digestOf(run)
    expect(before.digestSum).toBe(encodePage(topic, ROWS, 1).digestSum)
    await testDatabase.database.write(`UPDATE \`${stagingName(run.runId, 1)}\` ${assignment}`)
    const after = await digestOf(run)
    expect(after.rowCount).toBe(2)
    expect(after.digestSum).not.toBe(before.digestSum)
  })

  it('sees values that two rows exchanged', async () => {
    const run = await stageRows(testDatabase.database, store, topic, ROWS)
    const before = await digestOf(run)
    await testDatabase.database.write(
      `UPDATE \`${stagingName(run.runId, 1)}\` SET a = IF(a = 'one', 'two', 'one')`,
    )
    expect((await digestOf(run)).digestSum).not.toBe(before.digestSum)
  })

  it('sees a row that replaced another, though the count is the same', async () => {
    const run = await stageRows(testDatabase.database, store, topic, ROWS)
    const before = await digestOf(run)
    const table = `\`${stagingName(run.runId, 1)}\``
    await testDatabase.database.write(`DELETE FROM ${table} WHERE source_row_id = 'row-2'`)
    await testDatabase.database.write(
      `INSERT INTO ${table} SELECT 2, a, b, n, d, t, source_row_id, source_updated_at FROM ${table}`,
    )
    const after = await digestOf(run)
    expect(after.rowCount).toBe(before.rowCount)
    expect(after.digestSum).not.toBe(before.digestSum)
  })

  it('does not depend on the keys that rows got', async () => {
    const run = await stageRows(testDatabase.database, store, topic, ROWS)
    const before = await digestOf(run)
    await testDatabase.database.write(
      `UPDATE \`${stagingName(run.runId, 1)}\` SET things_id = things_id + 1000`,
    )
    expect(await digestOf(run)).toEqual(before)
  })

  it('is zero for a staging table without rows', async () => {
    const run = await startLoading(testDatabase.database, store, topic, { plannedRows: 0 })
    expect(await digestOf(run)).toEqual({ rowCount: 0, digestSum: '0', identitySum: '0' })
  })
})

describe("a double's text in the digest", () => {
  it('is the one the server writes, for extremes, exponents and 6,000 others', async () => {
    const { database } = testDatabase
    const samples = fc.sample(finiteDouble, { numRuns: 6_000, seed: 4711 })
    const edges = EXTREME_DOUBLES.flatMap((value) => [value, -value])
    const steps = Array.from({ length: 60 }, (_, index) => [
      Number(`1e${index - 30}`),
      Number(`-1.2345678901234567e${index - 30}`),
    ])
    const values = [...samples, ...edges, ...steps.flat()]
    await database.write('CREATE TABLE thing_doubles (id INT PRIMARY KEY, x DOUBLE NOT NULL)')
    for (let start = 0; start < values.length; start += 500) {
      const rows = values.slice(start, start + 500).map((value, index) => [start + index, String(value)])
      await database.write('INSERT INTO thing_doubles VALUES ?', [rows])
    }
    const written = await database.rows<{ text: string }>(
      `SELECT CONCAT(${doubleSql('x')}) AS text FROM thing_doubles ORDER BY id`,
    )
    const wrong = values.filter((value, index) => written[index]?.text !== doubleText(value))
    expect(wrong).toEqual([])
  })
})
