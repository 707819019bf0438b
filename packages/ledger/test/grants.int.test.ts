import { randomBytes } from 'node:crypto'
import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Database } from '../src/index.ts'
import { newRun, startRun } from './new-run.ts'
import { createScriptUser, type ScriptUser } from './script-user.ts'

const USERS = ['importuser', 'viewer'] as const
type Name = (typeof USERS)[number]

/** All that each user may do; TRIGGER lets the importer see triggers that a table swap would lose. */
const GOLDEN: Readonly<Record<Name, string>> = {
  importuser: 'ALTER, CREATE, DELETE, DROP, EXECUTE, INDEX, INSERT, SELECT, TRIGGER, UPDATE',
  viewer: 'SELECT',
}
/** Procedures that each user may call besides. */
const PROCEDURES: Readonly<Record<Name, readonly string[]>> = {
  importuser: [],
  viewer: ['GetLicenseCountBySpeciesYear'],
}
/** A line of {@link readGrants}; one of the servers writes names of procedures in small letters. */
const callLine = (schema: string, procedure: string) =>
  `EXECUTE ON PROCEDURE \`${schema}\`.\`${procedure.toLowerCase()}\``
/** The servers' numbers for "you may not": command, schema, global right, file or login, routine, session of another. */
const DENIALS = [1142, 1044, 1227, 1045, 1370, 1095]

const other = `other_${randomBytes(5).toString('hex')}`
let testDatabase: TestDatabase
const users = new Map<Name, { readonly user: ScriptUser; readonly database: Database }>()
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  await testDatabase.database.write(`CREATE DATABASE ${other}`)
  await testDatabase.database.write(`CREATE TABLE ${other}.private (text VARCHAR(20))`)
  for (const name of USERS) {
    const user = await createScriptUser(testDatabase, name)
    users.set(name, { user, database: new Database({ url: user.url, connectionsMax: 2 }) })
  }
})
afterAll(async () => {
  for (const { user, database } of users.values()) {
    await database.close()
    await user.drop()
  }
  await testDatabase?.database.write(`DROP DATABASE IF EXISTS ${other}`)
  await testDatabase?.drop()
})

function of(name: Name) {
  const found = users.get(name)
  if (found === undefined) throw new Error(`there is no user ${name}`)
  return found
}

/** The lines of SHOW GRANTS as `rights ON object`, rights sorted; whatever follows a line's object is part of it. */
async function readGrants(database: Database, account: string): Promise<string[]> {
  const rows = await database.rows<Record<string, string>>(`SHOW GRANTS FOR ${account}`)
  return rows.map((row) => {
    const line = String(Object.values(row)[0]).replace(/ IDENTIFIED BY PASSWORD '[^']*'/, '')
    const [, rights = '', object = '', more = ''] =
      /^GRANT (.+) ON (.+) TO [`'][^`']+[`']@[`']%[`'](.*)$/.exec(line) ?? []
    const name = object.startsWith('PROCEDURE ')
      ? object.replace(/`[^`]*`$/, (text) => text.toLowerCase())
      : object
    return `${rights.split(', ').sort().join(', ')} ON ${name}${more}`
  })
}

const expectDenied = async (work: Promise<unknown>, what: string) => {
  const error = await work.then(
    () => undefined,
    (fault: unknown) => fault,
  )
  expect(error, what).toMatchObject({ name: 'Fault', kind: 'terminal', cause: expect.any(Error) })
  const cause = error instanceof Error ? error.cause : undefined
  expect(DENIALS, what).toContain(cause instanceof Error && 'errno' in cause ? cause.errno : undefined)
}

describe('S10: the rights that our scripts grant', () => {
  it.each(USERS)('to %s are those of the list on the one schema, and none besides', async (name) => {
    const { user } = of(name)
    const schema = testDatabase.schema.replaceAll('_', '\\_')
    const grants = await readGrants(testDatabase.database, `${user.name}@'%'`)
    const calls = PROCEDURES[name].map((procedure) => callLine(testDatabase.schema, procedure))
    expect(grants).toEqual(['USAGE ON *.*', `${GOLDEN[name]} ON \`${schema}\`.*`, ...calls])
  })

  it.each(USERS)('to %s are what "planner migrate" gives', async (name) => {
    const schema = testDatabase.schema.replaceAll('_', '\\_')
    const grants = await readGrants(testDatabase.database, `${name}@'%'`)
    expect(grants).toContain(`${GOLDEN[name]} ON \`${schema}\`.*`)
    for (const procedure of PROCEDURES[name])
      expect(grants).toContain(callLine(testDatabase.schema, procedure))
    expect(grants.filter((grant) => grant.includes('*.*'))).toEqual(['USAGE ON *.*'])
    expect(grants.join('\n')).not.toMatch(/GRANT OPTION|PROXY/)
  })
})

describe('S10: what nobody of ours may do', () => {
  const forbidden = (schema: string) => [
    'SELECT * FROM mysql.user',
    'SELECT * FROM mysql.global_priv',
    `SELECT * FROM ${other}.private`,
    `INSERT INTO ${other}.private VALUES ('x')`,
    `CREATE TABLE ${other}.mine (id INT)`,
    `DROP TABLE ${other}.private`,
    `RENAME TABLE \`${schema}\`.import_log TO ${other}.import_log`,
    `USE ${other}`,
    `CREATE DATABASE ${other}_more`,
    "SELECT 'x' INTO OUTFILE '/tmp/gather-test-outfile'",
    "SELECT 'x' INTO DUMPFILE '/tmp/gather-test-dumpfile'",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE import_log",
    `GRANT SELECT ON \`${schema}\`.* TO viewer@'%'`,
    "CREATE USER intruder@'%' IDENTIFIED BY 'Some-thing-1'",
    'SET GLOBAL max_connections = 5',
    'SHUTDOWN',
    'FLUSH TABLES WITH READ LOCK',
    `CREATE PROCEDURE \`${schema}\`.mine() SELECT 1`,
    `CREATE VIEW \`${schema}\`.mine AS SELECT 1`,
    `CREATE EVENT \`${schema}\`.mine ON SCHEDULE EVERY 1 HOUR DO SELECT 1`,
    `CREATE SERVER mine FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')`,
  ]

  it.each(USERS)('%s is refused by the server', async (name) => {
    for (const sql of forbidden(testDatabase.schema)) await expectDenied(of(name).database.write(sql), sql)
  })

  it.each(USERS)('%s reads no file of the server and sees no session but its own', async (name) => {
    const { database, user } = of(name)
    expect(await database.rows("SELECT LOAD_FILE('/etc/passwd') AS text")).toEqual([{ text: null }])
    const sessions = await database.rows<{ User: string }>('SHOW PROCESSLIST')
    expect(new Set(sessions.map((session) => session.User))).toEqual(new Set([user.name]))
    const [admin] = await testDatabase.database.rows<{ id: number }>('SELECT CONNECTION_ID() AS id')
    await expectDenied(database.write(`KILL ${admin?.id}`), 'KILL')
  })
})

describe('S10: what a user of ours needs', () => {
  it('importuser has: a run, staging, swap, indexes, the procedure', async () => {
    const { database } = of('importuser')
    await startRun(database, newRun())
    await database.write('CREATE TABLE _gs_try (id INT PRIMARY KEY, n INT)')
    await database.write('ALTER TABLE _gs_try ADD KEY n (n), FORCE')
    await database.write('RENAME TABLE _gs_try TO _gs_other')
    await database.write('DROP TABLE _gs_other')
    await database.rows('CALL GetLicenseCountBySpeciesYear()')
  })

  it('viewer has: it reads the ledger, the log and the rows, and changes nothing', async () => {
    const { database } = of('viewer')
    for (const table of ['import_run', 'import_page', 'import_schedule', 'import_log', 'pet_license'])
      await database.rows(`SELECT COUNT(*) FROM ${table}`)
    await database.rows('CALL GetLicenseCountBySpeciesYear()')
    for (const sql of [
      "INSERT INTO import_log (comments) VALUES ('x')",
      "UPDATE import_run SET state = 'succeeded'",
      'DELETE FROM import_page',
      'TRUNCATE TABLE pet_license',
      'DROP TABLE import_log',
      'ALTER TABLE import_log ADD COLUMN x INT',
      'CREATE TABLE mine (id INT)',
      'CREATE TEMPORARY TABLE mine (id INT)',
      'CREATE INDEX mine ON import_log (comments)',
      'LOCK TABLES import_run WRITE',
      'DROP PROCEDURE GetLicenseCountBySpeciesYear',
    ])
      await expectDenied(database.write(sql), sql)
  })
})
