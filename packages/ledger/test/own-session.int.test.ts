import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Database, withNamedLock } from '../src/index.ts'

const LOCK = 'gs:own-session'
let testDatabase: TestDatabase
let database: Database
beforeAll(async () => {
  testDatabase = await createTestDatabase({ migrated: false })
  database = new Database({ url: testDatabase.url, jobLockMs: 1_000 })
})
afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

it('a session that waits for something else keeps its lock beyond the idle time of the server', async () => {
  const kept = await withNamedLock(database, LOCK, 0, async (session) => {
    const [setting] = await session.rows<{ idleSeconds: number }>('SELECT @@wait_timeout AS idleSeconds')
    await sleep(((setting?.idleSeconds ?? 0) + 2) * 1_000)
    const [row] = await session.rows<{ mine: number }>('SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS mine', [
      LOCK,
    ])
    return row?.mine
  })
  expect(kept).toBe(1)
})
