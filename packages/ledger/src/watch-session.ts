import type { Queryable, Session } from './session.ts'

/**
 * Looks every `intervalMs`, by way of `database`, whether the server still knows a session that waits for an answer, and
 * abandons one that it has ended: where the way to it is dead, nobody tells us, and a statement without a timeout would wait
 * for ever. Watches only a session that the server lists to begin with: some proxies give
 * numbers of their own.
 * @returns a function that ends the looking
 */
export async function watchSession(
  database: Queryable,
  session: Session,
  intervalMs: number,
): Promise<() => void> {
  if (!(await isListed(database, session.id).catch(() => false))) return () => {}
  let isLooking = false
  const look = async () => {
    if (isLooking || !session.isWaiting) return
    isLooking = true
    // A server that can't be asked may still know it.
    const isKnown = await isListed(database, session.id).catch(() => true)
    if (!isKnown && session.isWaiting)
      session.abandon('database: the server has ended the session without our hearing of it')
    isLooking = false
  }
  const timer = setInterval(look, intervalMs)
  return () => clearInterval(timer)
}

async function isListed(database: Queryable, sessionId: number): Promise<boolean> {
  const processes = await database.rows<{ Id: number }>('SHOW PROCESSLIST')
  return processes.some((process) => Number(process.Id) === sessionId)
}
