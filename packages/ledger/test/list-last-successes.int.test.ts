import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRun, endRun, listLastSuccesses, saveReceipt } from '../src/index.ts'
import { newRun, newRunId } from './new-run.ts'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())

interface Ended {
  readonly topic: string
  readonly state: 'succeeded' | 'failed'
  readonly sourceVersion?: string
  readonly receipt?: string
}

async function writeEnded({ topic, state, sourceVersion = 'v', receipt }: Ended): Promise<string> {
  const run = newRun({ topic, sourceVersion })
  await createRun(testDatabase.database, run)
  if (receipt !== undefined) await saveReceipt(testDatabase.database, run.runId, receipt)
  await endRun(testDatabase.database, { runId: run.runId, generation: 1 }, ['planned'], { state })
  return run.runId
}

/** As many later failures of the same topic, and as many successes of another one. */
async function copyRun(runId: string, topic: string, state: string): Promise<void> {
  const { database } = testDatabase
  const digits = [...'0123456789'].map((digit) => `SELECT ${digit} AS d`).join(' UNION ALL ')
  const columns = await database.rows<{ name: string }>(
    `SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'import_run'
       AND COLUMN_NAME NOT IN ('run_id', 'topic', 'state', 'created_at', 'open_target')`,
  )
  const names = columns.map(({ name }) => name).join(', ')
  await database.write(
    `INSERT INTO import_run (run_id, topic, state, created_at, ${names})
     SELECT CONCAT(?, a.d, b.d, c.d, e.d), ?, ?, NOW(3) + INTERVAL a.d SECOND, ${names}
     FROM import_run, (${digits}) a, (${digits}) b, (${digits}) c, (${digits}) e WHERE run_id = ?`,
    [newRunId().slice(0, 8), topic, state, runId],
  )
}

it('gives the newest success of every topic that has one, with the rows that its receipt tells', async () => {
  const receipt = (after: number | null) => JSON.stringify({ counts: { after } })
  await writeEnded({ topic: 'permits', state: 'succeeded', sourceVersion: 'older', receipt: receipt(7) })
  await writeEnded({ topic: 'permits', state: 'succeeded', sourceVersion: 'newer', receipt: receipt(9) })
  await writeEnded({ topic: 'permits', state: 'failed', sourceVersion: 'failed' })
  await writeEnded({ topic: 'never', state: 'failed' })
  await writeEnded({ topic: 'mute', state: 'succeeded', receipt: receipt(null) })
  await writeEnded({ topic: 'bare', state: 'succeeded' })
  const found = await listLastSuccesses(testDatabase.database)
  expect(found.map(({ topic, sourceVersion, rowCount }) => [topic, sourceVersion, rowCount])).toEqual([
    ['bare', 'v', null],
    ['mute', 'v', null],
    ['permits', 'newer', 9],
  ])
  for (const { ageMs } of found) {
    expect(ageMs).toBeGreaterThanOrEqual(0)
    expect(ageMs).toBeLessThan(60_000)
  }
})

it('is quick with tens of thousands of runs, even where a topic has long had no success', async () => {
  const runId = await writeEnded({ topic: 'busy', state: 'succeeded', sourceVersion: 'found' })
  await copyRun(runId, 'busy', 'failed')
  await copyRun(runId, 'other', 'succeeded')
  await testDatabase.database.write('ANALYZE TABLE import_run')
  const startMs = performance.now()
  const found = await listLastSuccesses(testDatabase.database)
  expect(performance.now() - startMs).toBeLessThan(1_000)
  expect(found.map(({ topic }) => topic)).toEqual(['bare', 'busy', 'mute', 'other', 'permits'])
  expect(found.find(({ topic }) => topic === 'busy')?.sourceVersion).toBe('found')
})
