import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TestDatabase } from '@gather/testing'
import { splitStatements } from '../src/split-statements.ts'

/** A user that one of our scripts made, under a name and password of its own. */
export interface ScriptUser {
  readonly name: string
  /** `mysql://…` of the test's database. */
  readonly url: string
  drop(): Promise<void>
}

/**
 * Runs a script of sql/users with another user's name in it, so that nobody else's `importuser` changes, and gives that
 * user a password.
 */
export async function createScriptUser(testDatabase: TestDatabase, scriptUser: string): Promise<ScriptUser> {
  const { database, schema } = testDatabase
  const name = `t_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  const script = readFileSync(
    new URL(`../../../sql/users/create_user_${scriptUser}.sql`, import.meta.url),
    'utf8',
  )
  const granted = ` ON \`${schema.replaceAll('_', '\\_')}\`.*`
  for (const statement of splitStatements(script))
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
