import { Database, type Session } from '@gather/ledger'
import { createTestDatabase, eventually, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodePage, MysqlStore, type RunTables } from '../src/index.ts'
import { claim, dropTables, MEASURES, publishRows, stageRows, startLoading, topicOf } from './loading-run.ts'

let testDatabase: TestDatabase
let store: MysqlStore
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = new MysqlStore(testDatabase.database)
})
afterAll(() => testDatabase.drop())
afterEach(() => dropTables(testDatabase.database))

const topic = topicOf({ version: { type: 'int', null: false } })
const rowsOf = (version: number, rowCount: number) =>
  Array.from({ length: rowCount }, (_, index) => ({ version, ':id': `row-${index}`, ':updated_at': null }))
const publish = (version: number, rowCount: number) =>
  publishRows(testDatabase.database, store, topic, rowsOf(version, rowCount))
const stage = (version: number, rowCount: number) =>
  stageRows(testDatabase.database, store, topic, rowsOf(version, rowCount))

/** What a reader sees: how many rows of which version. */
const COUNTS = 'SELECT version, COUNT(*) AS n FROM things GROUP BY version'
type Counts = { version: number; n: number }

const isWaiting = async () => {
  const processes = await testDatabase.database.rows<{ Info: string | null; State: string | null }>(
    'SHOW FULL PROCESSLIST',
  )
  return processes.some(
    ({ Info, State }) => /^RENAME TABLE/.test(Info ?? '') && /metadata lock/.test(State ?? ''),
  )
}

const swap = (run: RunTables) =>
  testDatabase.database.withOwnSession((session) => store.swap(session, topic, run))

async function takeSnapshot(reader: Session) {
  await reader.write('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ')
  await reader.write('START TRANSACTION WITH CONSISTENT SNAPSHOT')
}

/** A run of ten rows in steps, each named by the moment before it. */
function stagesOf(version: number): [string, () => Promise<void>][] {
  const { database } = testDatabase
  let run: RunTables = { runId: '', generation: 1 }
  const load = async (pageNo: number) => {
    const encoded = encodePage(topic, rowsOf(version, 10).slice(pageNo * 5, pageNo * 5 + 5), pageNo * 5 + 1)
    await store.storePage(topic, await claim(database, run, pageNo), encoded, MEASURES)
  }
  return [
    [
      'before staging was made',
      async () => {
        run = await startLoading(database, store, topic, { plannedRows: 10, pageRows: 5 })
      },
    ],
    ['before a row was loaded', () => load(0)],
    ['when half was loaded', () => load(1)],
    [
      'before the indexes were built',
      () => database.withOwnSession((session) => store.buildIndexes(session, topic, run)),
    ],
    ['before the swap', () => swap(run)],
  ]
}

describe('publishing by a table swap', () => {
  it('a polling reader sees the whole old or the whole new table, never less', async () => {
    await publish(0, 300)
    const reader = new Database({ url: testDatabase.url, connectionsMax: 2 })
    const seen = new Set<string>()
    let polls = 0
    let over = false
    const polling = Promise.all(
      [1, 2].map(async () => {
        while (!over) {
          const counts = await reader.rows<Counts>(COUNTS)
          polls++
          seen.add(counts.map(({ version, n }) => `${version}:${n}`).join(','))
        }
      }),
    )
    for (let version = 1; version <= 15; version++) await publish(version, 300 + version)
    over = true
    await polling
    await reader.close()
    const whole = new Set(Array.from({ length: 16 }, (_, version) => `${version}:${300 + version}`))
    expect([...seen].filter((counts) => !whole.has(counts))).toEqual([])
    expect(polls).toBeGreaterThan(100)
  })

  it("waits for a reader's open transaction, lets it end, and then happens", async () => {
    await publish(0, 3)
    const run = await stage(1, 5)
    await testDatabase.database.withOwnSession(async (reader) => {
      await reader.write('START TRANSACTION')
      expect(await reader.rows<Counts>(COUNTS)).toEqual([{ version: 0, n: 3 }])
      const swapped = swap(run)
      await eventually('a waiting swap', isWaiting)
      expect(await reader.rows<Counts>(COUNTS)).toEqual([{ version: 0, n: 3 }])
      await reader.write('COMMIT')
      await swapped
      expect(await reader.rows<Counts>(COUNTS)).toEqual([{ version: 1, n: 5 }])
    })
  })

  it('gives up soon with a transient fault when a reader never ends, and can be asked again', async () => {
    await publish(0, 3)
    const run = await stage(1, 5)
    await testDatabase.database.withOwnSession(async (reader) => {
      await reader.write('START TRANSACTION')
      await reader.rows(COUNTS)
      const startMs = performance.now()
      await expect(swap(run)).rejects.toMatchObject({ code: 'DATABASE_LOCK_WAIT', kind: 'transient' })
      expect(performance.now() - startMs).toBeLessThan(5_000)
      expect(await testDatabase.database.rows<Counts>(COUNTS)).toEqual([{ version: 0, n: 3 }])
      await reader.write('COMMIT')
    })
    await swap(run)
    expect(await testDatabase.database.rows<Counts>(COUNTS)).toEqual([{ version: 1, n: 5 }])
  })

  it.each([
    'before staging was made',
    'before a row was loaded',
    'when half was loaded',
    'before the indexes were built',
  ])('a reader whose snapshot was taken %s gets an error, never a part of the rows', async (moment) => {
    const { database } = testDatabase
    await publish(0, 3)
    await database.withOwnSession(async (reader) => {
      const stages = stagesOf(1)
      for (const [name, stage] of stages) {
        if (name === moment) await takeSnapshot(reader)
        await stage()
      }
      for (const sql of [COUNTS, 'SELECT COUNT(*) FROM things', 'SELECT * FROM things WHERE things_id > 0'])
        await expect(reader.rows(sql)).rejects.toMatchObject({
          context: { databaseError: 'ER_TABLE_DEF_CHANGED' },
        })
    })
  })

  it('a reader whose snapshot was taken between the indexes and the swap sees all new rows', async () => {
    await publish(0, 3)
    await testDatabase.database.withOwnSession(async (reader) => {
      for (const [name, stage] of stagesOf(1)) {
        if (name === 'before the swap') await takeSnapshot(reader)
        await stage()
      }
      expect(await reader.rows<Counts>(COUNTS)).toEqual([{ version: 1, n: 10 }])
    })
  })

  it('can be told from what is there: not yet, happened, and still happened after the next run', async () => {
    await publish(0, 3)
    const run = await stage(1, 5)
    const hasSwapped = () => testDatabase.database.withSession((session) => store.hasSwapped(session, run))
    expect(await hasSwapped()).toBe(false)
    await swap(run)
    expect(await hasSwapped()).toBe(true)
    await publish(2, 7)
    expect(await hasSwapped()).toBe(true)
  })

  it('a run whose staging was dropped has not swapped', async () => {
    await publish(0, 3)
    const run = await stage(1, 5)
    await store.dropStaging(run)
    await store.dropStaging(run)
    expect(await testDatabase.database.withSession((session) => store.hasSwapped(session, run))).toBe(false)
    await expect(swap(run)).rejects.toMatchObject({ kind: 'terminal' })
    expect(await testDatabase.database.rows<Counts>(COUNTS)).toEqual([{ version: 0, n: 3 }])
  })

  it('asked for twice happens once: the second finds no staging and changes nothing', async () => {
    await publish(0, 3)
    const run = await stage(1, 5)
    const results = await Promise.allSettled([swap(run), swap(run)])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await testDatabase.database.rows<Counts>(COUNTS)).toEqual([{ version: 1, n: 5 }])
  })
})

describe('the tables that runs leave', () => {
  it('are listed with their run, and nothing else is', async () => {
    const first = await publish(0, 3)
    const second = await stage(1, 5)
    await testDatabase.database.write('CREATE TABLE thing_gs_old (id INT)')
    await testDatabase.database.write('CREATE TABLE _gs_not_ours_at_all (id INT)')
    const tables = await store.listRunTables()
    expect(tables).toHaveLength(2)
    expect(tables).toEqual(
      expect.arrayContaining([
        { table: `_gs_old_${first.runId}`, runId: first.runId, old: true },
        { table: `_gs_${second.runId}_1`, runId: second.runId, old: false },
      ]),
    )
  })

  it('can be removed; a table that is none of them can not', async () => {
    const run = await publish(0, 3)
    await store.dropRunTable(`_gs_old_${run.runId}`)
    await store.dropRunTable('things')
    await store.dropRunTable('import_run')
    expect(await store.listRunTables()).toEqual([])
    expect(await testDatabase.database.rows<Counts>(COUNTS)).toEqual([{ version: 0, n: 3 }])
    expect(await testDatabase.database.rows('SELECT 1 FROM import_run LIMIT 1')).toHaveLength(1)
  })
})
