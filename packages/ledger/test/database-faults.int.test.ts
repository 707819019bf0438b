import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { type Fault, isFault } from '@gather/platform'
import { createTestDatabase, eventually, type TestDatabase } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Database, type Session } from '../src/index.ts'

let testDatabase: TestDatabase
let opened: Database[] = []
const user = `try_${randomBytes(4).toString('hex')}`
const secret = `pw-${randomBytes(12).toString('hex')}`
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const { database, schema } = testDatabase
  await database.write(`CREATE USER ${user}@'%' IDENTIFIED BY '${secret}' WITH MAX_USER_CONNECTIONS 2`)
  await database.write(`GRANT SELECT ON \`${schema}\`.import_run TO ${user}@'%'`)
  await database.write('CREATE TABLE pair (id INT PRIMARY KEY, n INT)')
  await database.write('INSERT INTO pair VALUES (1, 0), (2, 0)')
})
afterEach(async () => {
  for (const database of opened) await database.close()
  opened = []
})
afterAll(async () => {
  await testDatabase.database.write(`DROP USER ${user}@'%'`)
  await testDatabase.drop()
})

function open(changes: {
  user?: string
  password?: string
  port?: string
  host?: string
  schema?: string
}): Database {
  const url = new URL(testDatabase.url)
  url.username = changes.user ?? user
  url.password = changes.password ?? secret
  if (changes.port) url.port = changes.port
  if (changes.host) url.hostname = changes.host
  if (changes.schema) url.pathname = `/${changes.schema}`
  const database = new Database({ url: url.href, connectionsMax: 3 })
  opened.push(database)
  return database
}

/** The fault that `work` ends with; no text of it may hold a password. */
async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isFault(error)) throw new Error(`no fault but ${String(error)}`)
  const texts = [error.message, String(error.stack), JSON.stringify(error.context), String(error.cause)]
  for (const text of texts) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(decodeURIComponent(new URL(testDatabase.url).password))
  }
  return error
}

async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(address !== null && typeof address === 'object' ? address.port : 1)
}

const select = (database: Database) => database.rows('SELECT 1 FROM import_run')

describe('a database that does not take us', () => {
  it('nothing listens on the port: unavailable, with address and mend', async () => {
    const port = await closedPort()
    const fault = await faultOf(select(open({ port, host: '127.0.0.1' })))
    expect(fault).toMatchObject({ code: 'DATABASE_UNREACHABLE', kind: 'unavailable' })
    expect(fault.message).toContain(`127.0.0.1:${port}`)
    expect(fault.message).toContain('is it running')
  })

  it('a host that is not there: unavailable', async () => {
    expect(await faultOf(select(open({ host: 'database.invalid' })))).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      kind: 'unavailable',
    })
  })

  it('a wrong password: terminal, with what to check', async () => {
    const fault = await faultOf(select(open({ password: `${secret}x` })))
    expect(fault).toMatchObject({ code: 'DATABASE_ACCESS_DENIED', kind: 'terminal' })
    expect(fault.message).toContain('check user and password')
  })

  it('a database that is not there: terminal, with "planner migrate"', async () => {
    const admin = new URL(testDatabase.url)
    const database = open({ user: admin.username, password: admin.password, schema: 'no_such_schema' })
    const fault = await faultOf(select(database))
    expect(fault).toMatchObject({ code: 'DATABASE_MISSING', kind: 'terminal' })
    expect(fault.message).toContain('planner migrate')
  })

  it('a database we have no right on: terminal', async () => {
    expect(await faultOf(select(open({ schema: 'mysql' })))).toMatchObject({ code: 'DATABASE_ACCESS_DENIED' })
  })

  it('a table we have no right on: terminal', async () => {
    expect(await faultOf(open({}).rows('SELECT 1 FROM import_page'))).toMatchObject({
      code: 'DATABASE_ACCESS_DENIED',
      kind: 'terminal',
    })
  })

  it('more connections than the user may have: unavailable', async () => {
    const database = open({})
    const work = Array.from({ length: 3 }, () => database.rows('SELECT SLEEP(0.3) FROM (SELECT 1) AS one'))
    const ends = await Promise.allSettled(work)
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatchObject({ code: 'DATABASE_BUSY', kind: 'unavailable' })
  })
})

describe('a statement that fails', () => {
  it.each([
    ['SELECT 1 FROM no_such_table', 'DATABASE_TABLE_MISSING', 'terminal'],
    ['SELECT no_such_column FROM pair', 'DATABASE_COLUMN_MISSING', 'terminal'],
    ['INSERT INTO pair VALUES (1, 1)', 'DATABASE_DUPLICATE', 'terminal'],
    ["INSERT INTO pair VALUES (3, 'no number')", 'DATABASE_ERROR', 'terminal'],
    ['SELEKT 1', 'DATABASE_ERROR', 'terminal'],
    ['SELECT 1; SELECT 2', 'DATABASE_ERROR', 'terminal'],
  ])('%s: %s, %s', async (sql, code, kind) => {
    expect(await faultOf(testDatabase.database.write(sql))).toMatchObject({ code, kind })
  })

  it('is not part of the message, nor are its values', async () => {
    const fault = await faultOf(
      testDatabase.database.write('INSERT INTO no_such_table VALUES (?)', ['value-of-a-reader']),
    )
    expect(fault.message).not.toMatch(/INSERT|value-of-a-reader/)
  })
})

describe('transactions in each other’s way', () => {
  const inTwo = (work: (one: Session, two: Session) => Promise<void>) =>
    testDatabase.database.withOwnSession((one) =>
      testDatabase.database.withOwnSession((two) => work(one, two)),
    )

  it('a deadlock is transient for the one the server chose, and the other goes on', async () => {
    await inTwo(async (one, two) => {
      for (const session of [one, two]) await session.write('START TRANSACTION')
      await one.write('UPDATE pair SET n = 1 WHERE id = 1')
      await two.write('UPDATE pair SET n = 2 WHERE id = 2')
      const ends = await Promise.allSettled([
        one.write('UPDATE pair SET n = 1 WHERE id = 2'),
        two.write('UPDATE pair SET n = 2 WHERE id = 1'),
      ])
      const lost = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
      expect(lost).toHaveLength(1)
      expect(lost[0]).toMatchObject({ code: 'DATABASE_DEADLOCK', kind: 'transient' })
    })
  })

  it('a lock that another keeps is transient after the wait', async () => {
    await inTwo(async (one, two) => {
      await one.write('START TRANSACTION')
      await one.write('UPDATE pair SET n = 1 WHERE id = 1')
      await two.write('SET SESSION innodb_lock_wait_timeout = 1')
      const fault = await faultOf(two.write('UPDATE pair SET n = 2 WHERE id = 1'))
      expect(fault).toMatchObject({ code: 'DATABASE_LOCK_WAIT', kind: 'transient' })
    })
  })
})

describe('a connection that is killed', () => {
  const killer = () => testDatabase.database
  const isRunning = (id: number) => async () => {
    const processes = await killer().rows<{ Id: number; Info: string | null }>('SHOW FULL PROCESSLIST')
    return processes.some((process) => process.Id === id && process.Info?.includes('SLEEP(30)'))
  }

  it('while it is idle: its next statement is unavailable and the session broken', async () => {
    await killer().withOwnSession(async (session) => {
      await killer().write(`KILL ${session.id}`)
      expect(await faultOf(session.rows('SELECT 1'))).toMatchObject({
        code: 'DATABASE_LOST',
        kind: 'unavailable',
      })
      expect(session.broken).toBe(true)
      expect(await faultOf(session.rows('SELECT 1'))).toMatchObject({ kind: 'unavailable' })
    })
  })

  it('while a statement runs: the statement is unavailable', async () => {
    await killer().withOwnSession(async (session) => {
      const fault = faultOf(session.rows('SELECT SLEEP(30) FROM pair'))
      await eventually('the statement', isRunning(session.id))
      await killer().write(`KILL ${session.id}`)
      expect(await fault).toMatchObject({ kind: 'unavailable' })
    })
  })

  it('only its statement: transient, as the same work may succeed later', async () => {
    await killer().withOwnSession(async (session) => {
      const fault = faultOf(session.rows('SELECT SLEEP(30), n FROM pair FOR UPDATE'))
      await eventually('the statement', isRunning(session.id))
      await killer().write(`KILL QUERY ${session.id}`)
      expect(await fault).toMatchObject({ code: 'DATABASE_INTERRUPTED', kind: 'transient' })
    })
  })

  it('in the pool: costs one statement, not the process', async () => {
    const database = new Database({ url: testDatabase.url, connectionsMax: 1 })
    opened.push(database)
    const [row] = await database.rows<{ id: number }>('SELECT CONNECTION_ID() AS id')
    await killer().write(`KILL ${row!.id}`)
    await database
      .rows('SELECT 1')
      .catch((error: unknown) => expect(error).toMatchObject({ kind: 'unavailable' }))
    expect(await database.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('in a transaction: what it wrote is gone', async () => {
    const failed = killer().transaction(async (session) => {
      await session.write('UPDATE pair SET n = 77 WHERE id = 1')
      await killer().withOwnSession((other) => other.write(`KILL ${session.id}`))
      await session.write('UPDATE pair SET n = 78 WHERE id = 2')
    })
    await expect(failed).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await killer().rows('SELECT 1 FROM pair WHERE n IN (77, 78)')).toEqual([])
  })
})

describe('every connection', () => {
  it.each<[string, (database: Database) => Promise<Setting[]>]>([
    ['of the pool', (database) => database.rows(SETTINGS)],
    ['of its own', (database) => database.withOwnSession((session) => session.rows(SETTINGS))],
  ])('%s has the settings the import depends on, whatever the server defaults to', async (_which, read) => {
    const database = new Database({ url: testDatabase.url, jobLockMs: 30_000 })
    opened.push(database)
    const settings = new Map((await read(database)).map(({ Variable_name, Value }) => [Variable_name, Value]))
    expect(settings.get('transaction_isolation') ?? settings.get('tx_isolation')).toBe('READ-COMMITTED')
    expect(settings.get('sql_mode')).toContain('STRICT_TRANS_TABLES')
    expect(settings.get('time_zone')).toBe('+00:00')
    expect(settings.get('character_set_client')).toBe('utf8mb4')
    expect(settings.get('lock_wait_timeout')).toBe('5')
    expect(Number(settings.get('innodb_lock_wait_timeout'))).toBeLessThan(15)
  })

  it('can be closed twice, and a closed pool says that the database is away', async () => {
    const database = new Database({ url: testDatabase.url })
    await database.rows('SELECT 1')
    await Promise.all([database.close(), database.close()])
    await database.close()
    expect(await faultOf(database.rows('SELECT 1'))).toMatchObject({ kind: 'unavailable' })
  })
})

type Setting = { Variable_name: string; Value: string }
const SETTINGS = `SHOW SESSION VARIABLES WHERE Variable_name IN ('sql_mode', 'time_zone', 'character_set_client',
  'lock_wait_timeout', 'innodb_lock_wait_timeout', 'transaction_isolation', 'tx_isolation')`
