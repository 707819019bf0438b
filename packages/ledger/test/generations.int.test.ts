import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  closeGeneration,
  endRun,
  hasOpenPages,
  listPages,
  lockPage,
  markPageDone,
  moveRun,
  releasePage,
  settleLockName,
  startGeneration,
  totalPageRequests,
  totalPages,
  withNamedLock,
} from '../src/index.ts'
import { claim, newRun, RESULT, readRun, startRun } from './new-run.ts'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())

const next = newRun({ plannedRows: 25, pageRows: 5, sourceVersion: 'later' })

describe('a generation', () => {
  it('is closed by the first reason; later ones change nothing', async () => {
    const { runId } = await startRun(testDatabase.database)
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        closeGeneration(testDatabase.database, { runId, generation: 1, reason: `reason ${index}` }),
      ),
    )
    const { movedReason } = await readRun(testDatabase.database, runId)
    await closeGeneration(testDatabase.database, { runId, generation: 1, reason: 'too late' })
    expect(movedReason).toMatch(/^reason \d$/)
    expect((await readRun(testDatabase.database, runId)).movedReason).toBe(movedReason)
  })

  it('that is not the present one, or whose run is over, is not closed', async () => {
    const { runId } = await startRun(testDatabase.database)
    await closeGeneration(testDatabase.database, { runId, generation: 2, reason: 'another' })
    expect((await readRun(testDatabase.database, runId)).movedReason).toBeNull()
    await endRun(testDatabase.database, { runId, generation: 1 }, ['loading'], { state: 'cancelled' })
    await closeGeneration(testDatabase.database, { runId, generation: 1, reason: 'over' })
    expect(await readRun(testDatabase.database, runId)).toMatchObject({
      movedReason: null,
      state: 'cancelled',
    })
  })

  it('keeps a reason that is longer than its column by its beginning', async () => {
    const { runId } = await startRun(testDatabase.database)
    await closeGeneration(testDatabase.database, { runId, generation: 1, reason: 'x'.repeat(900) })
    expect((await readRun(testDatabase.database, runId)).movedReason).toBe('x'.repeat(500))
  })

  it('is started once among five settlers, with its own pages', async () => {
    const { runId } = await startRun(testDatabase.database)
    await closeGeneration(testDatabase.database, { runId, generation: 1, reason: 'moved' })
    const started = await Promise.all(
      Array.from({ length: 5 }, () => startGeneration(testDatabase.database, runId, 1, next)),
    )
    expect(started.filter(Boolean)).toHaveLength(1)
    expect(await listPages(testDatabase.database, runId, 2)).toHaveLength(5)
    expect(await listPages(testDatabase.database, runId, 1)).toHaveLength(4)
    expect(await readRun(testDatabase.database, runId)).toMatchObject({
      state: 'planned',
      generation: 2,
      movedReason: null,
      plannedRows: 25,
      pageRows: 5,
      pageCount: 5,
      sourceVersion: 'later',
    })
  })

  it('is not started while the one before is open', async () => {
    const { runId } = await startRun(testDatabase.database)
    expect(await startGeneration(testDatabase.database, runId, 1, next)).toBe(false)
    expect(await listPages(testDatabase.database, runId, 2)).toEqual([])
  })

  it('that would have too many pages changes nothing', async () => {
    const { runId } = await startRun(testDatabase.database)
    await closeGeneration(testDatabase.database, { runId, generation: 1, reason: 'moved' })
    const started = startGeneration(testDatabase.database, runId, 1, {
      ...next,
      plannedRows: 1e9,
      pageRows: 1,
    })
    await expect(started).rejects.toMatchObject({ code: 'PLAN_TOO_MANY_PAGES' })
    expect(await readRun(testDatabase.database, runId)).toMatchObject({ generation: 1, movedReason: 'moved' })
  })
})

describe('the totals of a generation', () => {
  it('count states, rows, digests and requests of that generation alone', async () => {
    const { database } = testDatabase
    const { runId } = await startRun(database)
    for (const pageNo of [0, 1]) {
      const page = await claim(database, runId, pageNo)
      await database.transaction(async (session) => {
        await lockPage(session, page)
        await markPageDone(session, page, RESULT)
      })
    }
    await releasePage(database, await claim(database, runId, 2), {
      state: 'failed',
      countsAttempt: true,
      requestCount: 3,
    })
    await claim(database, runId, 3)
    expect(await totalPages(database, runId, 1)).toEqual({
      open: 0,
      claimed: 1,
      done: 2,
      failed: 1,
      rowCount: 20,
      digestSum: String(2n * BigInt(RESULT.digestSum)),
      requestCount: 5,
    })
    expect(await hasOpenPages(database, runId, 1)).toBe(true)
    expect(await totalPages(database, runId, 2)).toMatchObject({ done: 0, rowCount: 0, digestSum: '0' })
    expect(await hasOpenPages(database, runId, 2)).toBe(false)
    expect(await totalPageRequests(database, runId)).toBe(5)
  })
})

describe('moving a run', () => {
  it('happens once among ten, and never from a state it is not in', async () => {
    const { runId } = await startRun(testDatabase.database)
    const moves = await Promise.all(
      Array.from({ length: 10 }, () =>
        moveRun(testDatabase.database, { runId, generation: 1 }, ['loading'], 'settling'),
      ),
    )
    expect(moves.filter(Boolean)).toHaveLength(1)
    expect(
      await moveRun(testDatabase.database, { runId, generation: 1 }, ['planned', 'loading'], 'publishing'),
    ).toBe(false)
    expect((await readRun(testDatabase.database, runId)).state).toBe('settling')
  })
})

describe('the lock of a settler', () => {
  it('is held by one; the others are turned away until it ends, however it ends', async () => {
    const { database } = testDatabase
    const name = settleLockName('somewhere', `t_${testDatabase.schema}`)
    const held = withNamedLock(database, name, 0, async () => {
      expect(await withNamedLock(database, name, 0, async () => 'second')).toBeUndefined()
      throw new Error('the settler failed')
    })
    await expect(held).rejects.toThrow('the settler failed')
    expect(await withNamedLock(database, name, 5, async () => 'third')).toBe('third')
  })

  it('is free again when the connection of its holder is killed', async () => {
    const { database } = testDatabase
    const name = settleLockName('somewhere', `k_${testDatabase.schema}`)
    const held = withNamedLock(database, name, 0, async (session) => {
      await database.write(`KILL ${session.id}`)
      expect(await withNamedLock(database, name, 5, async () => 'next')).toBe('next')
      await session.rows('SELECT 1')
    })
    await expect(held).rejects.toMatchObject({ code: 'DATABASE_LOST', kind: 'unavailable' })
  })

  it('has a name that fits the server, whatever the target is called', () => {
    expect(settleLockName('d'.repeat(64), 't'.repeat(64)).length).toBeLessThanOrEqual(64)
    expect(settleLockName('a', 'b')).not.toBe(settleLockName('a', 'c'))
  })
})
