import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '../../src/eventually.ts'
import { type KillableDatabase, startKillableDatabase } from '../../src/nemesis/killable-database.ts'
import { isRunning } from './is-running.ts'

let temporaryDir = ''
const stops: (() => Promise<void>)[] = []
beforeEach(() => {
  temporaryDir = mkdtempSync(join(tmpdir(), 'gather-kill-'))
  vi.stubEnv('TMPDIR', temporaryDir)
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  vi.unstubAllEnvs()
  rmSync(temporaryDir, { recursive: true, force: true })
})

async function startDatabase(args: readonly string[] = []): Promise<KillableDatabase> {
  const database = await startKillableDatabase({ args })
  stops.push(() => database.stop())
  return database
}

async function connect(url: string): Promise<Connection> {
  const { port, username, password } = new URL(url)
  const connection = await createConnection({ port: Number(port), user: username, password })
  // A killed server ends it; what the test asks of it says so.
  connection.on('error', () => {})
  return connection
}

async function ask(database: KillableDatabase, sql: string): Promise<unknown[]> {
  const connection = await connect(database.adminUrl)
  const [rows] = await connection.query<RowDataPacket[]>(sql).finally(() => connection.destroy())
  return rows
}

test('a killed database keeps what was committed, drops what was not, and lets the same users in', async () => {
  const database = await startDatabase()
  const writer = await connect(database.adminUrl)
  await writer.query('CREATE DATABASE rover')
  await writer.query('CREATE TABLE rover.pets (name VARCHAR(20)) ENGINE=InnoDB')
  for (let life = 1; life <= 3; life++) {
    const connection = await connect(database.adminUrl)
    await connection.query(`INSERT INTO rover.pets VALUES ('committed ${life}')`)
    await connection.query('START TRANSACTION')
    await connection.query("INSERT INTO rover.pets VALUES ('open')")
    const dead = database.pid
    await database.kill()
    expect(isRunning(dead)).toBe(false)
    await database.start()
    expect(database.pid).not.toBe(dead)
    await expect(connection.query('SELECT 1')).rejects.toThrow()
    const rows = await ask(database, 'SELECT name FROM rover.pets')
    expect(rows).toEqual(Array.from({ length: life }, (_, i) => ({ name: `committed ${i + 1}` })))
  }
  const app = await connect(database.url)
  await app.query('SELECT * FROM rover.pets')
  app.destroy()
})

test('a commit is on disk before it is confirmed, and arguments of the test win', async () => {
  const database = await startDatabase(['--max-connections=11'])
  const settings = 'SELECT @@innodb_flush_log_at_trx_commit AS flush, @@max_connections AS connectionsMax'
  expect(await ask(database, settings)).toEqual([{ flush: 1, connectionsMax: 11 }])
  await database.kill()
  await database.start()
  expect(await ask(database, settings)).toEqual([{ flush: 1, connectionsMax: 11 }])
})

test('kills and starts that are asked for at once happen one after the other', async () => {
  const database = await startDatabase()
  await Promise.all([database.kill(), database.start(), database.kill(), database.start()])
  expect(await ask(database, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a stopped database leaves nothing, also when it was paused or dead, and does not start again', async () => {
  const paused = await startDatabase()
  const dead = await startDatabase()
  expect(readdirSync(temporaryDir)).not.toEqual([])
  paused.pause()
  await dead.kill()
  for (const database of [paused, dead]) {
    await database.stop()
    await database.stop()
    expect(isRunning(database.pid)).toBe(false)
    await expect(database.start()).rejects.toThrow('stopped for good')
  }
  expect(readdirSync(temporaryDir)).toEqual([])
})

test('when the test process is killed, a dead server and a paused one leave nothing behind', async () => {
  const owner = spawn(process.execPath, [fileURLToPath(new URL('server-owner.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stops.push(async () => void owner.kill('SIGKILL'))
  const [line] = await once(owner.stdout, 'data')
  const pids: number[] = JSON.parse(String(line))
  expect(pids.map(isRunning)).toEqual([false, true])
  expect(readdirSync(temporaryDir).length).toBeGreaterThanOrEqual(2)
  owner.kill('SIGKILL')
  await eventually('the end of the servers', () => !pids.some(isRunning))
  await eventually('the end of their folders', () => readdirSync(temporaryDir).length === 0)
})
