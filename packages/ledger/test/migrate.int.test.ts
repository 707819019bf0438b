import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AppliedScript, Database, migrate, readLogEntries, writeLogEntry } from '../src/index.ts'
import { newRun, startRun } from './new-run.ts'

const SCRIPTS = [
  'schema/0_create_db_rover.sql',
  'schema/1_create_table_import_log.sql',
  'schema/2_create_table_pet_license.sql',
  'schema/3_create_table_import_run.sql',
  'schema/4_create_table_import_page.sql',
  'schema/5_add_columns_to_import_run.sql',
  'schema/6_add_columns_to_import_page.sql',
  'schema/7_create_table_import_deletion.sql',
  'schema/8_create_table_import_schedule.sql',
  'schema/9_add_index_to_import_run.sql',
  'users/create_user_importuser.sql',
  'users/create_user_viewer.sql',
  'procs/0_create_proc_GetLicenseCountBySpeciesYear.sql',
  'procs/1_grant_viewer_GetLicenseCountBySpeciesYear.sql',
]

let testDatabase: TestDatabase
let admins: Database[]
beforeEach(async () => {
  testDatabase = await createTestDatabase({ migrated: false })
  admins = []
})
afterEach(async () => {
  for (const admin of admins) await admin.close()
  await testDatabase.drop()
})

const openAdmin = () => {
  const admin = new Database({ url: testDatabase.url, connectionsMax: 2, withoutSchema: true })
  admins.push(admin)
  return admin
}
const runMigrate = async () => {
  const scripts: AppliedScript[] = []
  await migrate(openAdmin(), (script) => scripts.push(script))
  return scripts
}
const readTables = async () => {
  const tables = await testDatabase.database.rows<Record<string, string>>(
    `SHOW TABLES FROM \`${testDatabase.schema}\``,
  )
  return tables.map((row) => Object.values(row)[0]).sort()
}
const listSchemas = async () => (await testDatabase.database.rows('SHOW DATABASES')).length

describe('migrate', () => {
  it('brings an empty database up to date, each script once, in the order a person runs them', async () => {
    expect(await runMigrate()).toEqual(SCRIPTS.map((name) => ({ name, applied: true })))
    expect(await readTables()).toEqual([
      'import_deletion',
      'import_log',
      'import_page',
      'import_run',
      'import_schedule',
      'pet_license',
      'schema_migration',
    ])
  })

  it('creates the database where it is not there', async () => {
    await testDatabase.database.write(`DROP DATABASE \`${testDatabase.schema}\``)
    await runMigrate()
    expect(await readTables()).toContain('import_run')
  })

  it('run a second time applies nothing', async () => {
    await runMigrate()
    expect(await runMigrate()).toEqual(SCRIPTS.map((name) => ({ name, applied: false })))
  })

  it('run by five processes at once applies each script once', async () => {
    const runs = await Promise.all(Array.from({ length: 5 }, runMigrate))
    const applied = runs.flat().filter((script) => script.applied)
    expect(applied.map((script) => script.name).sort()).toEqual([...SCRIPTS].sort())
  })

  it.each(SCRIPTS)('that died right after %s goes on and keeps the rows that are there', async (name) => {
    await runMigrate()
    await startRun(testDatabase.database)
    await testDatabase.database.write('DELETE FROM schema_migration WHERE name = ?', [name])
    const scripts = await runMigrate()
    expect(scripts.filter((script) => script.applied)).toEqual([{ name, applied: true }])
    expect(await testDatabase.database.rows('SELECT 1 FROM import_page')).toHaveLength(4)
  })

  it('refuses a script that was edited after it had been applied, and names it', async () => {
    await runMigrate()
    await testDatabase.database.write(`UPDATE schema_migration SET checksum = 'edited' WHERE name = ?`, [
      SCRIPTS[3],
    ])
    await expect(runMigrate()).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      kind: 'terminal',
      message: expect.stringContaining('sql/schema/3_create_table_import_run.sql was changed'),
    })
  })

  it('keeps to the database it was given, whatever its name', async () => {
    const before = await listSchemas()
    await runMigrate()
    expect(await listSchemas()).toBe(before)
    const [procedure] = await testDatabase.database.rows<{ Db: string }>(
      'SHOW PROCEDURE STATUS WHERE Db = ?',
      [testDatabase.schema],
    )
    expect(procedure).toMatchObject({ Name: 'GetLicenseCountBySpeciesYear', Security_type: 'INVOKER' })
  })

  it('says in one sentence what is wrong when the server refuses', async () => {
    const url = new URL(testDatabase.url)
    url.username = 'nobody_of_ours'
    const stranger = new Database({ url: url.href, withoutSchema: true })
    admins.push(stranger)
    await expect(migrate(stranger)).rejects.toMatchObject({
      code: 'DATABASE_ACCESS_DENIED',
      kind: 'terminal',
    })
  })
})

describe("a predecessor's import_log", () => {
  const predecessors = `CREATE TABLE import_log (
    import_log_id INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY, source_file VARCHAR(50) NOT NULL,
    target_host VARCHAR(50) NOT NULL, target_db VARCHAR(50) NOT NULL, target_table VARCHAR(50) NOT NULL,
    total_row_count INTEGER NOT NULL, chunk_row_count INTEGER NOT NULL, comments VARCHAR(500) NULL,
    import_timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  ) CHARACTER SET latin1`
  const fill = `INSERT INTO import_log (source_file, target_host, target_db, target_table, total_row_count, chunk_row_count, comments)
    VALUES ('jguv-t9rb', 'h', 'rover', 'pet_license', 2000, 1000, 'Chunk import'), ('jguv-t9rb', 'h', 'rover', 'pet_license', 2000, 1000, 'Zoë')`

  it('is adopted with its rows, and takes the rows of our runs', async () => {
    const { database } = testDatabase
    await database.write(predecessors)
    await database.write(fill)
    await runMigrate()
    const run = await startRun(database)
    const entry = { phase: 'final', event: 'success', generation: 0, pageNo: -1, chunkRowCount: 35 } as const
    await writeLogEntry(database, run, { ...entry, comments: 'done 😀' })
    await writeLogEntry(database, run, { ...entry, comments: 'again' })
    expect(await readLogEntries(database, run.runId)).toMatchObject([
      { comments: 'done 😀', totalRowCount: 35 },
    ])
    const rows = await database.rows(
      'SELECT comments, total_row_count, run_id FROM import_log ORDER BY import_log_id',
    )
    expect(rows.slice(0, 2)).toEqual([
      { comments: 'Chunk import', total_row_count: 2000, run_id: null },
      { comments: 'Zoë', total_row_count: 2000, run_id: null },
    ])
  })

  it('is adopted once: a second migrate changes nothing', async () => {
    await testDatabase.database.write(predecessors)
    await runMigrate()
    const [before] = await testDatabase.database.rows('SHOW CREATE TABLE import_log')
    await runMigrate()
    expect(await testDatabase.database.rows('SHOW CREATE TABLE import_log')).toEqual([before])
  })
})

describe('importuser', () => {
  it('may do what an import needs in its database and nothing in one whose name is alike', async () => {
    const { database, schema } = testDatabase
    await runMigrate()
    const neighbour = schema.replace('_', 'x')
    await database.write(`CREATE DATABASE \`${neighbour}\``)
    await database.write("ALTER USER importuser@'%' IDENTIFIED BY 'only-For-this-test-1' ACCOUNT UNLOCK")
    const url = new URL(testDatabase.url)
    url.username = 'importuser'
    url.password = 'only-For-this-test-1'
    const importer = new Database({ url: url.href })
    try {
      await startRun(importer, newRun())
      await importer.write('CREATE TABLE _gs_try (id INT PRIMARY KEY)')
      await importer.write('RENAME TABLE _gs_try TO _gs_other')
      await importer.write('DROP TABLE _gs_other')
      await importer.rows('CALL GetLicenseCountBySpeciesYear()')
      for (const sql of [
        `CREATE TABLE \`${neighbour}\`.t (id INT)`,
        'SELECT user FROM mysql.user',
        `GRANT SELECT ON \`${schema}\`.* TO importuser@'%'`,
      ])
        await expect(importer.write(sql)).rejects.toMatchObject({ kind: 'terminal' })
    } finally {
      await importer.close()
      await database.write("ALTER USER importuser@'%' ACCOUNT LOCK")
      await database.write(`DROP DATABASE \`${neighbour}\``)
    }
  })

  it('can not log in until it is given a password', async () => {
    await runMigrate()
    const url = new URL(testDatabase.url)
    url.username = 'importuser'
    url.password = ''
    const importer = new Database({ url: url.href })
    await expect(importer.rows('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_ACCESS_DENIED' })
    await importer.close()
  })
})
