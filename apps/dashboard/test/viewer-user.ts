import { randomBytes } from 'node:crypto'
import type { TestDatabase } from '@gather/testing'

/** A user with the rights of `viewer`, as sql/users and sql/procs give them, under a name of its own. */
export async function createViewer({ database, schema, url }: TestDatabase) {
  const name = `t_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await database.write(`CREATE USER ${name}@'%' IDENTIFIED BY '${password}'`)
  await database.write(`GRANT SELECT ON \`${schema.replaceAll('_', '\\_')}\`.* TO ${name}@'%'`)
  await database.write(`GRANT EXECUTE ON PROCEDURE \`${schema}\`.GetLicenseCountBySpeciesYear TO ${name}@'%'`)
  const own = new URL(url)
  own.username = name
  own.password = password
  return {
    url: own.href,
    async drop() {
      await database.write(`DROP USER IF EXISTS ${name}@'%'`)
    },
  }
}
