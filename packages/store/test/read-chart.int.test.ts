import { Database } from '@gather/ledger'
import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { loadTopic, parseTopic, type TopicChart } from '@gather/topics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHART_CELLS_MAX, readChart } from '../src/index.ts'

const LIMIT_MS = 20_000
const licenses = loadTopic('pet_license')
const [builtIn] = licenses.charts as [TopicChart]
const chart = (more: Partial<TopicChart>): TopicChart => ({ title: 'T', kind: 'bar', x: 'species', ...more })
const sleeping = async () => {
  const running = await testDatabase.database.rows<{ Info: string | null }>('SHOW PROCESSLIST')
  return running.filter(({ Info }) => Info?.includes('SLEEP'))
}
const procedureChart = (procedure: string) => chart({ procedure, x: 'x', value: 'n' })

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const { database } = testDatabase
  const license = (key: number, day: string, species: string) => [
    key,
    day,
    `S${key}`,
    null,
    species,
    'Mix',
    null,
    key % 2 ? '98103' : null,
    `row-${key}`,
    null,
  ]
  await database.write('INSERT INTO pet_license VALUES ?', [
    [
      license(1, '2018-12-31 23:59:59.999', 'Cat'),
      license(2, '2019-01-01 00:00:00.000', 'cat'),
      license(3, '2019-06-01 00:00:00.000', 'Cat'),
      license(4, '0201-06-01 00:00:00.000', '<img src=x onerror=go(1)>'),
    ],
  ])
  await database.write('CREATE PROCEDURE Writes() INSERT INTO import_log (comments) VALUES (1)')
  await database.write('CREATE PROCEDURE Silent() DO 0')
  await database.write('CREATE PROCEDURE Slow() SELECT SLEEP(30) AS x, 1 AS n')
  await database.write(
    'CREATE PROCEDURE Many() WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 600) SELECT a.x * 1000 + b.x AS x, 1 AS n FROM c a JOIN c b WHERE b.x < 10',
  )
})
afterAll(() => testDatabase?.drop())

const readingOf = (database: Database, limitMs = LIMIT_MS) => ({ database, killer: database, limitMs })
const read = (wanted: TopicChart, limitMs = LIMIT_MS) =>
  readChart(readingOf(testDatabase.database, limitMs), licenses, wanted)

describe('the figures of a chart', () => {
  it('are counts of exactly the values that are there, dates in UTC', async () => {
    expect(await read(chart({ x: 'license_issue_date', by: 'year', series: 'species' }))).toEqual({
      xs: ['0201', '2018', '2019'],
      series: ['<img src=x onerror=go(1)>', 'Cat', 'cat'],
      values: [
        ['1', '0', '0'],
        ['0', '1', '0'],
        ['0', '1', '1'],
      ],
    })
    expect(await read(chart({ x: 'zip_code' }))).toEqual({
      xs: [null, '98103'],
      series: ['rows'],
      values: [['2'], ['2']],
    })
  })

  it('are those of the procedure of sql/procs', async () => {
    const { xs, series, values } = await read(builtIn)
    expect([xs, series.length]).toEqual([['201', '2018', '2019'], 3])
    expect(values.flat().reduce((sum, value) => sum + Number(value), 0)).toBe(4)
  })

  it('are refused where a procedure gives no rows, or too many', async () => {
    await expect(read(procedureChart('Silent'))).rejects.toMatchObject({ code: 'CHART_UNFIT' })
    await expect(read(procedureChart('Many'))).rejects.toThrow(`gives more than ${CHART_CELLS_MAX} values`)
  })

  it('change nothing: a procedure that writes is refused by the server', async () => {
    await expect(read(procedureChart('Writes'))).rejects.toMatchObject({ code: 'DATABASE_READ_ONLY' })
    expect(await testDatabase.database.rows('SELECT * FROM import_log')).toEqual([])
  })

  it('are given up after their time, and the server does not go on', async () => {
    const startedMs = performance.now()
    await expect(read(procedureChart('Slow'), 300)).rejects.toMatchObject({ code: 'CHART_TOO_SLOW' })
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    expect(await sleeping()).toEqual([])
  })

  it('are given up after their time also when every connection that counts is busy', async () => {
    const pool = new Database({ url: testDatabase.url, connectionsMax: 2 })
    const reading = { database: pool, killer: testDatabase.database, limitMs: 300 }
    const startedMs = performance.now()
    const slow = [1, 2].map(() => readChart(reading, licenses, procedureChart('Slow')))
    for (const { reason } of (await Promise.allSettled(slow)) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'CHART_TOO_SLOW' })
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    expect(await sleeping()).toEqual([])
    expect((await readChart({ ...reading, limitMs: LIMIT_MS }, licenses, chart({}))).xs).not.toEqual([])
    await pool.close()
  })

  it('are given up after their time also when the server can not be told to end them', async () => {
    const pool = new Database({ url: testDatabase.url, connectionsMax: 2 })
    const killer = new Database({ url: 'mysql://nobody:none@127.0.0.1:1/none' })
    const startedMs = performance.now()
    const reading = { database: pool, killer, limitMs: 300 }
    await expect(readChart(reading, licenses, procedureChart('Slow'))).rejects.toMatchObject({
      code: 'CHART_TOO_SLOW',
    })
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    await Promise.all([pool.close(), killer.close()])
  })

  it('that the database refused leave no KILL behind for the next statement of their connection', async () => {
    const pool = new Database({ url: testDatabase.url, connectionsMax: 1 })
    const reading = { database: pool, killer: testDatabase.database, limitMs: 500 }
    await expect(readChart(reading, licenses, procedureChart('NoSuch'))).rejects.toThrow()
    expect(await pool.rows('SELECT SLEEP(1) AS ended')).toEqual([{ ended: 0 }])
    await pool.close()
  })

  it('tell by their fault what is missing: table, procedure, right', async () => {
    const other = parseTopic({ ...licenses.definition, target: { store: 'mysql', table: 'none' } }, 'test')
    const { database } = testDatabase
    await expect(readChart(readingOf(database), other, chart({}))).rejects.toMatchObject({
      code: 'DATABASE_TABLE_MISSING',
    })
    await expect(read(procedureChart('NoSuch'))).rejects.toMatchObject({ code: 'DATABASE_PROCEDURE_MISSING' })
    await database.write("CREATE USER chart_reader@'%' IDENTIFIED BY 'chart-reader-1'")
    await database.write(`GRANT SELECT ON \`${testDatabase.schema}\`.import_run TO chart_reader@'%'`)
    const url = new URL(testDatabase.url)
    url.username = 'chart_reader'
    url.password = 'chart-reader-1'
    const reader = new Database({ url: url.href })
    for (const wanted of [chart({}), builtIn])
      await expect(readChart(readingOf(reader), licenses, wanted)).rejects.toMatchObject({
        code: 'DATABASE_ACCESS_DENIED',
      })
    await reader.close()
    await database.write("DROP USER chart_reader@'%'")
  })
})
