import { listPages } from '@gather/ledger'
import { createTestDatabase, eventually, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type EncodedPage,
  encodePage,
  MysqlStore,
  type RunTables,
  type Store,
  stagingName,
} from '../src/index.ts'
import { DamagingDatabase } from './damaging-database.ts'
import { claim, dropTables, MEASURES, startLoading, switchLocalInfile, topicOf } from './loading-run.ts'
import { pageOfRows } from './page-fields.ts'

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

const topic = topicOf({
  name: { type: 'varchar(5)', null: false },
  n: { type: 'int' },
  t: { type: 'datetime' },
})
const ROWS = [
  { name: 'one', n: 1, t: '2020-01-01T00:00:00.000', ':id': 'row-1', ':updated_at': null },
  { name: 'two', n: 2, t: null, ':id': 'row-2', ':updated_at': null },
]
const encoded = encodePage(topic, ROWS, 1)

const start = () => startLoading(testDatabase.database, store, topic, { plannedRows: ROWS.length })
const rowsOf = async (run: RunTables) => {
  const [row] = await testDatabase.database.rows<{ n: number }>(
    `SELECT COUNT(*) AS n FROM \`${stagingName(run.runId, 1)}\``,
  )
  return row?.n
}
const pageOf = async (run: RunTables) => {
  const [page] = await listPages(testDatabase.database, run.runId, 1)
  return page!
}

describe('storing a page', () => {
  it('stores its rows and its done mark with count and digest', async () => {
    const run = await start()
    await store.storePage(topic, await claim(testDatabase.database, run), encoded, MEASURES)
    expect(await rowsOf(run)).toBe(2)
    expect(await pageOf(run)).toMatchObject({ state: 'done', rowCount: 2, fetchMs: 1 })
    const [page] = await testDatabase.database.rows<{ digest: string; bytes: number }>(
      'SELECT CAST(digest_sum AS CHAR) AS digest, body_bytes AS bytes FROM import_page WHERE run_id = ?',
      [run.runId],
    )
    expect(page).toEqual({ digest: encoded.digestSum, bytes: 100 })
  })

  it('stores a page without rows as done', async () => {
    const run = await start()
    await store.storePage(topic, await claim(testDatabase.database, run), encodePage(topic, [], 1), MEASURES)
    expect(await pageOf(run)).toMatchObject({ state: 'done', rowCount: 0 })
  })

  it('creating staging twice leaves the rows that are there', async () => {
    const run = await start()
    await store.storePage(topic, await claim(testDatabase.database, run), encoded, MEASURES)
    await store.createStaging(topic, run)
    expect(await rowsOf(run)).toBe(2)
  })

  it('five processes may create staging at once', async () => {
    const run = await start()
    await store.dropStaging(run)
    await Promise.all(Array.from({ length: 5 }, () => store.createStaging(topic, run)))
    expect(await rowsOf(run)).toBe(0)
  })
})

describe('32: a page that the database would not store as it is', () => {
  const ten = topicOf({
    name: { type: 'varchar(5)', null: false },
    n: { type: 'int' },
    d: { type: 'decimal(6,2)' },
    b: { type: 'boolean' },
    day: { type: 'date' },
    t: { type: 'datetime' },
    story: { type: 'text' },
  })
  const NAMES = ['key', 'name', 'n', 'd', 'b', 'day', 't', 'story', 'id', 'changed'] as const
  type Fields = Partial<Record<(typeof NAMES)[number], string | null>>
  const good: Fields = { key: '1', name: 'one', n: '1', d: '1.50', b: '1', id: 'row-1' }
  const rowOf = (fields: Fields) => NAMES.map((name) => fields[name] ?? null)
  const badPage = (bad: Fields, change = (row: (string | null)[]) => row): EncodedPage =>
    pageOfRows([rowOf(good), change(rowOf({ ...good, key: '2', id: 'row-2', ...bad }))])

  const BAD_PAGES: readonly [string, EncodedPage][] = [
    ['a text longer than its column', badPage({ name: 'toolong' })],
    ['a text of more bytes than its column', badPage({ story: 'é'.repeat(32_768) })],
    ['letters for a number', badPage({ n: 'xx' })],
    ['a number with letters behind it', badPage({ n: '1x' })],
    ['an empty text for a number', badPage({ n: '' })],
    ['an empty text for a decimal', badPage({ d: '' })],
    ['a number out of range', badPage({ n: '2147483648' })],
    ['a decimal out of range', badPage({ d: '12345.00' })],
    ['a truth value out of range', badPage({ b: '300' })],
    ['a day that is not', badPage({ t: '2021-02-29 00:00:00.000' })],
    ['an empty time', badPage({ t: '' })],
    ['an empty day', badPage({ day: '' })],
    ['NULL for a column that has none', badPage({ name: null })],
    ['a key that is taken', badPage({ key: '1' })],
    ['a field too few', badPage({}, (row) => row.slice(0, -1))],
    ['a field too many', badPage({}, (row) => [...row, 'more'])],
    ['a row id that is not ASCII', badPage({ id: 'röw' })],
    ['a decimal with a digit too many', badPage({ d: '1.505' })],
    ['a time with a zone', badPage({ t: '2020-01-01 00:00:00.000Z' })],
    ['a time of day for a day', badPage({ day: '2020-01-01 10:00:00.000' })],
  ]

  const refuse = async (target: Store, bad: EncodedPage, expected: Readonly<Record<string, unknown>>) => {
    const { database } = testDatabase
    const run = await startLoading(database, store, ten, { plannedRows: 2 })
    const page = await claim(database, run)
    await expect(target.storePage(ten, page, bad, MEASURES)).rejects.toMatchObject(expected)
    expect(await rowsOf(run)).toBe(0)
    expect(await pageOf(run)).toMatchObject({ state: 'claimed', rowCount: null })
    const whole = pageOfRows([rowOf(good), rowOf({ ...good, key: '2', id: 'row-2' })])
    await new MysqlStore(database).storePage(ten, page, whole, MEASURES)
    expect(await rowsOf(run)).toBe(2)
  }
  const MISMATCH = { code: 'STORE_MISMATCH', kind: 'terminal' }

  it.each(BAD_PAGES)('%s: LOAD DATA stores nothing and the page is not done', async (_fault, page) => {
    await refuse(store, page, MISMATCH)
  })

  it('bytes that are no UTF-8: LOAD DATA stores nothing and the page is not done', async () => {
    const damaging = new DamagingDatabase(testDatabase.url, (file) => {
      file[file.indexOf('two!')] = 0xff
      return file
    })
    await refuse(new MysqlStore(damaging), badPage({ name: 'two!' }), MISMATCH)
    await damaging.close()
  })

  it('a file that ends inside its last field: LOAD DATA stores nothing and the page is not done', async () => {
    const damaging = new DamagingDatabase(testDatabase.url, (file) => file.subarray(0, -4))
    const said = { ...MISMATCH, message: expect.stringContaining('the last field holds 2020-01-01 00:00:00') }
    await refuse(new MysqlStore(damaging), badPage({ changed: '2020-01-01 00:00:00.987' }), said)
    await damaging.close()
  })

  it.each(BAD_PAGES)('%s: INSERT stores nothing and the page is not done', async (_fault, page) => {
    const switchOn = await switchLocalInfile(testDatabase.database, false)
    await refuse(new MysqlStore(testDatabase.database), page, { kind: 'terminal' }).finally(switchOn)
  })

  it('names the table, the rows sent and what the server said', async () => {
    const said = expect.stringMatching(/2 rows sent to _gs_\w+ .*Duplicate entry '1'/)
    await refuse(store, badPage({ key: '1' }), { code: 'STORE_MISMATCH', message: said })
  })

  it('a staging table that is gone is a fault and no page done', async () => {
    const run = await start()
    const page = await claim(testDatabase.database, run)
    await store.dropStaging(run)
    await expect(store.storePage(topic, page, encoded, MEASURES)).rejects.toMatchObject({
      code: 'DATABASE_TABLE_MISSING',
    })
    expect(await pageOf(run)).toMatchObject({ state: 'claimed' })
  })
})

describe('two executions of one page', () => {
  it('the one with the older claim stores nothing', async () => {
    const run = await start()
    const older = await claim(testDatabase.database, run)
    const newer = await claim(testDatabase.database, run)
    await expect(store.storePage(topic, older, encoded, MEASURES)).rejects.toMatchObject({
      code: 'PAGE_FENCED',
    })
    expect(await rowsOf(run)).toBe(0)
    await store.storePage(topic, newer, encoded, MEASURES)
    await expect(store.storePage(topic, older, encoded, MEASURES)).rejects.toMatchObject({
      code: 'PAGE_FENCED',
    })
    expect(await rowsOf(run)).toBe(2)
  })

  it('one that is repeated after its commit was not heard of stores nothing more', async () => {
    const run = await start()
    const page = await claim(testDatabase.database, run)
    await store.storePage(topic, page, encoded, MEASURES)
    await expect(store.storePage(topic, page, encoded, MEASURES)).rejects.toMatchObject({
      code: 'PAGE_FENCED',
      kind: 'interrupted',
    })
    expect(await rowsOf(run)).toBe(2)
  })

  it('thirty pages stored four times at once hold each row once', async () => {
    const run = await startLoading(testDatabase.database, store, topic, { plannedRows: 60, pageRows: 2 })
    for (let pageNo = 0; pageNo < 30; pageNo++) {
      const page = await claim(testDatabase.database, run, pageNo)
      const rows = ROWS.map((row, index) => ({ ...row, ':id': `row-${pageNo}-${index}` }))
      const part = encodePage(topic, rows, pageNo * 2 + 1)
      const results = await Promise.allSettled(
        Array.from({ length: 4 }, () => store.storePage(topic, page, part, MEASURES)),
      )
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
      for (const result of results)
        if (result.status === 'rejected') expect(['PAGE_FENCED', 'PAGE_LOCKED']).toContain(result.reason.code)
    }
    expect(await rowsOf(run)).toBe(60)
  })
})

describe('a connection that is killed while it loads', () => {
  it('leaves no row, reports an unavailable database, and the next attempt stores the page', async () => {
    const { database } = testDatabase
    const run = await start()
    const page = await claim(database, run)
    await database.withOwnSession(async (blocker) => {
      await blocker.write(`LOCK TABLES \`${stagingName(run.runId, 1)}\` READ`)
      const stored = store.storePage(topic, page, encoded, MEASURES)
      const outcome = expect(stored).rejects.toMatchObject({ kind: 'unavailable' })
      const blocked = await eventually('a blocked load', async () => {
        const processes = await database.rows<{
          Id: number
          Info: string | null
          State: string | null
          db: string | null
        }>('SHOW FULL PROCESSLIST')
        return processes.find(
          ({ Info, State }) => /^LOAD DATA/.test(Info ?? '') && /Waiting/.test(State ?? ''),
        )
      })
      await database.write(`KILL ${blocked.Id}`)
      await outcome
    })
    expect(await rowsOf(run)).toBe(0)
    await store.storePage(topic, page, encoded, MEASURES)
    expect(await rowsOf(run)).toBe(2)
    expect(await pageOf(run)).toMatchObject({ state: 'done' })
  })
})
