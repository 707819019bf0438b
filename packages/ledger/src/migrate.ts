import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Fault } from '@gather/platform'
import { adoptImportLog } from './adopt-import-log.ts'
import type { Database } from './database.ts'
import { withNamedLock } from './named-lock.ts'
import type { Session } from './session.ts'
import { splitStatements } from './split-statements.ts'

const SQL_DIR = fileURLToPath(new URL('../../../sql', import.meta.url))
/** The order in which a person runs the folders too. */
const FOLDERS = ['schema', 'users', 'procs'] as const
const LOCK_WAIT_SECONDS = 60

export interface AppliedScript {
  /** Folder and file, such as `schema/1_create_table_import_log.sql`. */
  readonly name: string
  /** False where it had been applied before. */
  readonly applied: boolean
}

/**
 * Brings the database of `admin` (opened without a schema) up to date with the scripts of sql/: each is run once, under a
 * lock, in order, with its database name in the place of `rover`. A script can be run again after a crash.
 * @param report - called after each script
 * @throws Fault `MIGRATION_CHANGED` (terminal): a script was edited after it had been applied
 */
export async function migrate(
  admin: Database,
  report: (script: AppliedScript) => void = () => {},
): Promise<void> {
  const done = await withNamedLock(
    admin,
    `gs:migrate:${admin.schema}`.slice(0, 64),
    LOCK_WAIT_SECONDS,
    async (session) => {
      await createHistory(session, admin.schema)
      await adoptImportLog(session, admin.schema)
      for (const script of readScripts()) report(await applyScript(session, admin.schema, script))
      return true
    },
  )
  if (done) return
  const message = `another "planner migrate" has been at work on ${admin.schema} for ${LOCK_WAIT_SECONDS} s; try again when it is done`
  throw new Fault({ code: 'MIGRATION_BUSY', kind: 'unavailable', message })
}

interface Script {
  readonly name: string
  readonly text: string
}

function readScripts(): Script[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(`${SQL_DIR}/${folder}`)
      .filter((file) => file.endsWith('.sql'))
      .sort()
      .map((file) => ({
        name: `${folder}/${file}`,
        text: readFileSync(`${SQL_DIR}/${folder}/${file}`, 'utf8'),
      })),
  )
}

async function createHistory(session: Session, schema: string): Promise<void> {
  await session.write(`CREATE DATABASE IF NOT EXISTS \`${schema}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  await session.write(`USE \`${schema}\``)
  await session.write(
    `CREATE TABLE IF NOT EXISTS schema_migration (
       name       VARCHAR(100) NOT NULL PRIMARY KEY,
       checksum   CHAR(64) NOT NULL,
       applied_at DATETIME(3) NOT NULL
     ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  )
}

async function applyScript(session: Session, schema: string, { name, text }: Script): Promise<AppliedScript> {
  const checksum = createHash('sha256').update(text).digest('hex')
  const [before] = await session.rows<{ checksum: string }>(
    'SELECT checksum FROM schema_migration WHERE name = ?',
    [name],
  )
  if (before !== undefined) {
    if (before.checksum !== checksum) throw changedScript(name)
    return { name, applied: false }
  }
  for (const statement of splitStatements(text)) await session.write(inSchema(statement, schema))
  await session.write('INSERT INTO schema_migration (name, checksum, applied_at) VALUES (?, ?, NOW(3))', [
    name,
    checksum,
  ])
  return { name, applied: true }
}

/**
 * The scripts name the database `rover`; a database of another name takes its place. In a grant `_` stands for any
 * character, so that without its backslash the user would get neighbours' databases too.
 */
const inSchema = (statement: string, schema: string): string =>
  statement
    .replace(/^(USE |CREATE DATABASE IF NOT EXISTS )rover\b/, `$1\`${schema}\``)
    .replace(/ ON rover\.\*/, () => ` ON \`${schema.replaceAll('_', '\\_')}\`.*`)

function changedScript(name: string): Fault {
  const message = `sql/${name} was changed after it had been applied; put it back, and write the change as a script with the next number`
  return new Fault({ code: 'MIGRATION_CHANGED', kind: 'terminal', message })
}
