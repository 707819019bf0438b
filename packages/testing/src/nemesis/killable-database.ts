import { createPassword, findServers, startDatabase } from '@gather/local-stack'
import { type KillableServer, startKillableServer } from './killable-server.ts'

/** A private MariaDB or MySQL that can die and come back. */
export interface KillableDatabase extends KillableServer {
  /** Of a user who may do everything; like `url` it ends in `/rover`, which does not exist yet. */
  readonly adminUrl: string
}

export interface KillableDatabaseOptions {
  /** More arguments of the server, which win over those here. */
  readonly args?: readonly string[]
}

/** Small, so that it is quick to start and to recover, and as safe as in production: a commit is on disk. */
const QUICK_ARGS = [
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-buffer-pool-size=64M',
  '--innodb-buffer-pool-dump-at-shutdown=OFF',
  '--innodb-buffer-pool-load-at-startup=OFF',
  '--performance-schema=OFF',
]

/** Starts a private database server of one test. */
export async function startKillableDatabase(
  options: KillableDatabaseOptions = {},
): Promise<KillableDatabase> {
  const passwords = { admin: createPassword(), app: createPassword(), root: createPassword() }
  const program = (await findServers()).database
  const args = [...QUICK_ARGS, ...(options.args ?? [])]
  const { server, first } = await startKillableServer({
    name: 'database',
    launch: (place) => startDatabase({ ...place, passwords, args, server: program }),
  })
  return Object.assign(server, { adminUrl: first.adminUrl })
}
