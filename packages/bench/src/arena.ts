import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Database } from '@gather/ledger'
import { createPassword } from '@gather/local-stack'
import type { Cleanup } from './cleanup.ts'
import type { DatabaseServer } from './servers.ts'

/** Where the contestants of one server load: a schema of the product's, and one of the yardsticks'. Both are dropped at the end. */
export interface Arena {
  readonly server: DatabaseServer
  /** URL of the product's schema for a user with the product's rights. */
  readonly productUrl: string
  /** URL of the product's schema for the administrator. */
  readonly adminUrl: string
  /** URL of the yardsticks' schema for the administrator. */
  readonly yardstickUrl: string
  /** The administrator in the product's schema. */
  readonly product: Database
  /** The administrator in the yardsticks' schema. */
  readonly yardstick: Database
}

const CALM_MS_MAX = 60_000
const CALM_PAGES = 50
const PAUSE_MS = 500

/** Makes both schemas, and a user who may do in the product's what `sql/users` grants. The product's is to be migrated. */
export async function openArena(server: DatabaseServer, cleanup: Cleanup): Promise<Arena> {
  const name = `bench_${randomBytes(4).toString('hex')}`
  const urls = {
    adminUrl: withPath(server.adminUrl, name),
    yardstickUrl: withPath(server.adminUrl, `${name}_yard`),
  }
  const product = new Database({ url: urls.adminUrl, connectionsMax: 2, withoutSchema: true })
  const yardstick = new Database({ url: urls.yardstickUrl, connectionsMax: 2, withoutSchema: true })
  cleanup.add(async () => {
    await product.write(`DROP DATABASE IF EXISTS \`${name}\``)
    await product.write(`DROP DATABASE IF EXISTS \`${name}_yard\``)
    await product.write(`DROP USER IF EXISTS '${name}'@'%'`)
    await Promise.all([product.close(), yardstick.close()])
  })
  const password = createPassword()
  await product.write(`CREATE DATABASE \`${name}_yard\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  await product.write(`CREATE USER '${name}'@'%' IDENTIFIED BY '${password}'`)
  await product.write(
    `GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, EXECUTE, TRIGGER ON \`${name}\`.* TO '${name}'@'%'`,
  )
  const productUrl = new URL(urls.adminUrl)
  productUrl.username = name
  productUrl.password = password
  return { server, productUrl: productUrl.href, ...urls, product, yardstick }
}

function withPath(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/** Takes away what contestants have left, so that the next one begins with an empty target and a server at rest. */
export async function emptyArena(arena: Arena): Promise<void> {
  const { product, yardstick } = arena
  await dropTables(product, "TABLE_NAME = 'pet_license' OR TABLE_NAME LIKE '\\_gs\\_%'")
  await dropTables(yardstick, 'TRUE')
  for (const table of ['import_deletion', 'import_page', 'import_run', 'import_log']) {
    await product.write(`TRUNCATE TABLE \`${product.schema}\`.${table}`)
  }
  await calmServer(product)
}

async function dropTables(database: Database, condition: string): Promise<void> {
  const tables = await database.rows<{ name: string }>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND (${condition})`,
    [database.schema],
  )
  for (const { name } of tables) await database.write(`DROP TABLE \`${database.schema}\`.\`${name}\``)
}

/** Waits until the server has written its changed pages to the disk: else a contestant would pay for the one before it. */
async function calmServer(database: Database): Promise<void> {
  const [before] = await database.rows<{ share: number }>(
    'SELECT @@GLOBAL.innodb_max_dirty_pages_pct AS share',
  )
  const startMs = performance.now()
  try {
    await database.write('SET GLOBAL innodb_max_dirty_pages_pct = 0')
    while ((await dirtyPages(database)) > CALM_PAGES && performance.now() - startMs < CALM_MS_MAX) {
      await sleep(100)
    }
  } finally {
    await database.write('SET GLOBAL innodb_max_dirty_pages_pct = ?', [before?.share ?? 90])
  }
  await sleep(PAUSE_MS)
}

async function dirtyPages(database: Database): Promise<number> {
  const [row] = await database.rows<{ Value: string }>(
    "SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'",
  )
  return Number(row?.Value ?? 0)
}
