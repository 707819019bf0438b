import { Readable } from 'node:stream'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually } from '../../src/eventually.ts'
import { startTcpProxy, type TcpProxy } from '../../src/nemesis/tcp-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../../src/test-database.ts'

let testDatabase: TestDatabase
let proxy: TcpProxy
/** Not by way of the proxy. */
let observer: Connection
beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrated: false })
  observer = await createConnection(testDatabase.url)
  await observer.query('CREATE TABLE pets (id INT PRIMARY KEY, name VARCHAR(200)) ENGINE=InnoDB')
})
afterAll(async () => {
  await observer.end()
  await testDatabase.drop()
})
beforeEach(async () => {
  await observer.query('TRUNCATE TABLE pets')
  proxy = await startTcpProxy({ upstreamPort: Number(new URL(testDatabase.url).port) })
})
afterEach(() => proxy.close())

async function connectByProxy(): Promise<Connection> {
  const connection = await createConnection(proxy.through(testDatabase.url))
  connection.on('error', () => {})
  return connection
}

async function countPets(): Promise<number> {
  const [rows] = await observer.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM pets')
  return Number(rows[0]?.n)
}

async function isSessionGone(connection: Connection): Promise<boolean> {
  const sql = 'SELECT 1 FROM information_schema.processlist WHERE id = ?'
  const [rows] = await observer.query<RowDataPacket[]>(sql, [connection.threadId])
  return rows.length === 0
}

test.each([
  ['beforeForwarding', 0],
  ['afterForwarding', 1],
  ['afterAnswer', 1],
] as const)('a connection that dies %s of COMMIT leaves %i rows', async (when, rowCount) => {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const connection = await connectByProxy()
    await connection.query('START TRANSACTION')
    await connection.query('INSERT INTO pets VALUES (?, ?)', [attempt, 'Rex'])
    await proxy.setMode({ kind: 'match', pattern: 'COMMIT', when, times: 1 })
    await expect(connection.query('COMMIT')).rejects.toThrow()
    expect(proxy.cutCount).toBe(attempt)
    await eventually('the end of its session', () => isSessionGone(connection))
    expect(await countPets()).toBe(attempt * rowCount)
  }
})

test('a load that is cut in the middle of its rows leaves none', async () => {
  const connection = await connectByProxy()
  await connection.query('START TRANSACTION')
  await proxy.setMode({ kind: 'reset', direction: 'toServer', afterBytes: 500_000, times: 1 })
  const rows = Array.from({ length: 10_000 }, (_, id) => `${id}\t${'x'.repeat(100)}\n`).join('')
  const load = connection.query({
    sql: "LOAD DATA LOCAL INFILE 'rows' INTO TABLE pets",
    infileStreamFactory: () => Readable.from([Buffer.from(rows)], { objectMode: false }),
  })
  await expect(load).rejects.toThrow()
  await eventually('the end of its session', () => isSessionGone(connection))
  expect(await countPets()).toBe(0)
})

test('a session behind a black hole keeps its lock until it is reset', async () => {
  await observer.query("INSERT INTO pets VALUES (1, 'Rex')")
  const connection = await connectByProxy()
  await connection.query('START TRANSACTION')
  await connection.query('SELECT * FROM pets WHERE id = 1 FOR UPDATE')
  await proxy.setMode({ kind: 'blackhole', afterwards: 'silent' })
  connection.destroy()
  const lock = () => observer.query('SELECT * FROM pets WHERE id = 1 FOR UPDATE NOWAIT')
  await expect(lock()).rejects.toThrow()
  await proxy.setMode({ kind: 'pass' })
  await expect(lock()).rejects.toThrow()
  proxy.dropConnections()
  await eventually('the lock being free', () =>
    lock().then(
      () => true,
      () => false,
    ),
  )
})
