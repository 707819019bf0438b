import { randomBytes } from 'node:crypto'
import { Database, migrate } from '@gather/ledger'

/** A migrated database of one test file, dropped at its end. */
export interface TestDatabase {
  /** `mysql://…/<schema>` of a user who may do everything. */
  readonly url: string
  readonly schema: string
  readonly database: Database
  drop(): Promise<void>
}

/** The services that the test command starts; a test that needs them fails without. */
export function requireService(name: 'TEST_REDIS_URL' | 'TEST_MYSQL_ADMIN_URL'): string {
  const url = process.env[name]
  if (url === undefined)
    throw new Error(`${name} is not set: run the tests by "npm test", which starts the services`)
  return url
}

export interface TestDatabaseOptions {
  /** With the project's own migrations. @defaultValue true */
  readonly migrated?: boolean
  /** Of the server to use. @defaultValue the one the test command started */
  readonly adminUrl?: string
}

/** Creates a database under a random name. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { migrated = true, adminUrl = requireService('TEST_MYSQL_ADMIN_URL') } = options
  const schema = `test_${randomBytes(6).toString('hex')}`
  const url = new URL(adminUrl)
  url.pathname = `/${schema}`
  const admin = new Database({ url: url.href, connectionsMax: 2, withoutSchema: true })
  if (migrated) await migrate(admin)
  else await admin.write(`CREATE DATABASE \`${schema}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  const database = new Database({ url: url.href, connectionsMax: 8 })
  return {
    url: url.href,
    schema,
    database,
    async drop() {
      await database.close()
      await admin.write(`DROP DATABASE IF EXISTS \`${schema}\``)
      await admin.close()
    },
  }
}
