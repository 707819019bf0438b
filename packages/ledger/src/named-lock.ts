import { createHash } from 'node:crypto'
import type { Database } from './database.ts'
import type { Session } from './session.ts'

/** The lock that makes one settler of many: held on the connection that later publishes, so a dead settler frees it. */
export function settleLockName(targetDb: string, targetTable: string): string {
  return `gs:${createHash('sha256').update(`${targetDb}.${targetTable}`).digest('hex').slice(0, 32)}`
}

/**
 * Runs `work` on a connection of its own that holds the server-wide lock `name`.
 * @param waitSeconds - how long to wait for the lock
 * @returns undefined when somebody else kept the lock
 */
export function withNamedLock<Result>(
  database: Database,
  name: string,
  waitSeconds: number,
  work: (session: Session) => Promise<Result>,
): Promise<Result | undefined> {
  return database.withOwnSession(async (session) => {
    const [row] = await session.rows<{ got: number | null }>('SELECT GET_LOCK(?, ?) AS got', [
      name,
      waitSeconds,
    ])
    if (row?.got !== 1) return undefined
    return await work(session)
  })
}
