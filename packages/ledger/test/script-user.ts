import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TestDatabase } from '@gather/testing'
import { splitStatements } from '../src/split-statements.ts'

const SQL_DIR = new URL('../../../sql/', import.meta.url)
/** What creates each user and grants its rights. */
const SCRIPTS = {
  importuser: ['users/create_user_importuser.sql'],
  viewer: ['users/create_user_viewer.sql', 'procs/1_grant_viewer_GetLicenseCountBySpeciesYear.sql'],
} as const

/** A user that our scripts made, under a name and password of its own. */
export interface ScriptUser {
  readonly name: string
  /** `mysql://…` of the test's database. */
  readonly url: string
  drop(): Promise<void>
}

/**
 * Runs the scripts that make a user with another user's name in them, so that nobody else's `importuser` changes, and gives that
 * user a password.
 */
export async function createScriptUser(
  testDatabase: TestDatabase,
  scriptUser: keyof typeof SCRIPTS,
): Promise<ScriptUser> {
  const { database, schema } = testDatabase
  const name = `t_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const granted = ` ON \`${schema.replaceAll('_', '\\_')}\`.*`
  const statements = SCRIPTS[scriptUser].flatMap((script) =>
    splitStatements(readFileSync(new URL(script, SQL_DIR), 'utf8')),
  )
  for (const statement of statements.filter((text) => !text.startsWith('USE ')))
    await database.write(
      statement.replaceAll(`${scriptUser}@`, `${name}@`).replace(' ON rover.*', () => granted),
    )
  await database.write(`ALTER USER ${name}@'%' IDENTIFIED BY '${password}' ACCOUNT UNLOCK`)
  const url = new URL(testDatabase.url)
  url.username = name
  url.password = password
  return {
    name,
    url: url.href,
    async drop() {
      await database.write(`DROP USER IF EXISTS ${name}@'%'`)
    },
  }
}
