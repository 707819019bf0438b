import type { Connection } from 'mysql2/promise'
import { expect, it } from 'vitest'
import { Session } from '../src/index.ts'

/** A connection whose way to the server ends under every statement. */
const cutOff = (code: string) => {
  const query = () => Promise.reject(Object.assign(new Error(`read ${code}`), { code, syscall: 'read' }))
  return { threadId: 1, query, destroy: () => {} } as unknown as Connection
}

it.each(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETDOWN', 'ECONNRESET'])(
  'a session that had reached its server has lost it, by %s too: what it asked for may have been done',
  async (code) => {
    const session = new Session(cutOff(code))
    await expect(session.write('COMMIT')).rejects.toMatchObject({
      code: 'DATABASE_LOST',
      kind: 'unavailable',
    })
    expect(session.broken).toBe(true)
  },
)
