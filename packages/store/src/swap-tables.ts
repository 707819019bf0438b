import { setTimeout as sleep } from 'node:timers/promises'
import type { Queryable, Session } from '@gather/ledger'
import { Fault, isFault, LIMITS } from '@gather/platform'
import { quoteName } from './sql-names.ts'

const LOCK_ATTEMPTS = 4
const LOCK_PAUSE_MS = 500

/**
 * Runs a statement that needs a metadata lock; where a reader holds it for longer than the session's `lock_wait_timeout`,
 * tries again a few times, with pauses in which other readers get through.
 */
export async function withLockRetries<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isFault(error) || error.code !== 'DATABASE_LOCK_WAIT' || attempt >= LOCK_ATTEMPTS) throw error
      await sleep(LOCK_PAUSE_MS)
    }
  }
}

/**
 * Puts `next` in the place of `target`, which becomes `old`, in one atomic step. Tries once and briefly: while a RENAME
 * waits for a reader's transaction, it holds back every new reader.
 * @throws Fault `DATABASE_LOCK_WAIT` (transient): a reader's transaction is open
 */
export async function swapTables(session: Session, tables: { next: string; target: string; old: string }) {
  const { target, old, next } = tables
  try {
    await withLockWait(session, SWAP_WAIT_SECONDS, () =>
      session.write(
        `RENAME TABLE ${quoteName(target)} TO ${quoteName(old)}, ${quoteName(next)} TO ${quoteName(target)}`,
      ),
    )
  } catch (error) {
    throw isFault(error) && error.code === 'DATABASE_LOCK_WAIT' ? targetBusy(target, error) : error
  }
}

/** Runs `work` with another bound of waiting for metadata locks. */
export async function withLockWait<Result>(
  session: Session,
  seconds: number,
  work: () => Promise<Result>,
): Promise<Result> {
  await session.write(`SET SESSION lock_wait_timeout = ${seconds}`)
  try {
    return await work()
  } finally {
    if (!session.broken) await session.write(`SET SESSION lock_wait_timeout = ${LIMITS.lockWaitSeconds}`)
  }
}

const SWAP_WAIT_SECONDS = 2
/** What new readers get between two tries. */
const SWAP_PAUSE_MS = 15_000

function targetBusy(table: string, cause: Fault): Fault {
  return new Fault({
    code: cause.code,
    kind: 'transient',
    message: `a transaction that has read ${table} is still open; the swap is tried again in ${SWAP_PAUSE_MS / 1000} s`,
    retryAfterMs: SWAP_PAUSE_MS,
    cause,
  })
}

/** Removes a table if it is there. */
export function dropTable(database: Queryable, table: string) {
  return withLockRetries(() => database.write(`DROP TABLE IF EXISTS ${quoteName(table)}`))
}

/** True when a table of this name is in the schema. */
export async function tableExists(database: Queryable, schema: string, table: string): Promise<boolean> {
  const rows = await database.rows(
    'SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [schema, table],
  )
  return rows.length > 0
}
