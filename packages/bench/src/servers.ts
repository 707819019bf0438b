import { Database } from '@gather/ledger'
import { installServers, makeDisposableFolder, startDatabase, startRedis } from '@gather/local-stack'
import type { Cleanup } from './cleanup.ts'

export type Flavour = 'mariadb' | 'mysql'

/** A database server, alike for all contestants. */
export interface DatabaseServer {
  readonly flavour: Flavour
  readonly version: string
  /** `mysql://` URL of a user who may do everything. */
  readonly adminUrl: string
  /** Undefined for a server that was running already, unless it was told. */
  readonly pid: number | undefined
  /** The settings that decide how fast it takes rows. */
  readonly settings: Readonly<Record<string, string>>
}

export interface RedisServer {
  readonly url: string
  readonly pid: number
}

/** Starts a private Redis; it ends with this process. */
export async function openRedis(cleanup: Cleanup, log: (line: string) => void): Promise<RedisServer> {
  const { redis } = await installServers({ log })
  const folder = makeDisposableFolder('bench')
  cleanup.add(() => folder.remove())
  const server = await startRedis({ dataDir: folder.path, server: redis })
  cleanup.add(() => server.stop())
  return { url: server.url, pid: server.pid }
}

/** Starts a private MariaDB with more arguments of its own; it ends with this process. */
export async function openMariadb(
  args: readonly string[],
  cleanup: Cleanup,
  log: (line: string) => void,
): Promise<DatabaseServer> {
  const { database } = await installServers({ log })
  const folder = makeDisposableFolder('bench')
  cleanup.add(() => folder.remove())
  const server = await startDatabase({ dataDir: folder.path, server: database, args })
  cleanup.add(() => server.stop())
  return describeServer(server.adminUrl, server.pid)
}

/** A server that is running already. */
export const openGiven = (adminUrl: string, pid: number | undefined): Promise<DatabaseServer> =>
  describeServer(adminUrl, pid)

async function describeServer(adminUrl: string, pid: number | undefined): Promise<DatabaseServer> {
  const admin = new Database({ url: adminUrl, connectionsMax: 1, withoutSchema: true })
  try {
    const [facts] = await admin.rows<{ version: string }>('SELECT VERSION() AS version')
    const version = facts?.version ?? ''
    const flavour = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
    return { flavour, version, adminUrl, pid, settings: await readSettings(admin) }
  } finally {
    await admin.close()
  }
}

async function readSettings(admin: Database): Promise<Record<string, string>> {
  const rows = await admin.rows<{ Variable_name: string; Value: string }>(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('innodb_buffer_pool_size', 'innodb_log_file_size', 'innodb_redo_log_capacity',
       'innodb_flush_log_at_trx_commit', 'innodb_flush_method', 'innodb_doublewrite', 'innodb_io_capacity', 'log_bin',
       'innodb_autoinc_lock_mode', 'max_allowed_packet')`,
  )
  return Object.fromEntries(rows.map((row) => [row.Variable_name, row.Value]))
}
