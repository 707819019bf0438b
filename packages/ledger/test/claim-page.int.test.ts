import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  claimPage,
  closeGeneration,
  endRun,
  isCrashLoop,
  listPages,
  listQuietPages,
  lockPage,
  markPageDone,
  moveRun,
  type PageRelease,
  releasePage,
  renewEnqueueNumbers,
  startGeneration,
  totalPages,
} from '../src/index.ts'
import { claim, newRun, RESULT, startRun, tryClaim } from './new-run.ts'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())

const RELEASE: PageRelease = { state: 'open', countsAttempt: true, requestCount: 1 }
const finish = (page: Awaited<ReturnType<typeof claim>>) =>
  testDatabase.database.transaction(async (session) => {
    await lockPage(session, page)
    await markPageDone(session, page, RESULT)
  })
const pageOf = async (runId: string, pageNo = 0) =>
  (await listPages(testDatabase.database, runId, 1))[pageNo]!

describe('claiming a page', () => {
  it('raises the fence each time and tells what to read', async () => {
    const { runId } = await startRun(testDatabase.database)
    expect(await claim(testDatabase.database, runId, 3)).toMatchObject({
      rowOffset: 30,
      plannedRows: 5,
      fence: 1,
      attemptCount: 0,
      crashCount: 0,
    })
    expect(await claim(testDatabase.database, runId, 3)).toMatchObject({ fence: 2 })
    expect(await pageOf(runId, 3)).toMatchObject({ state: 'claimed', claimedBy: 'host:1' })
  })

  it('counts a crash for a claim that had no outcome and none for one that was released', async () => {
    const { runId } = await startRun(testDatabase.database)
    await claim(testDatabase.database, runId)
    const second = await claim(testDatabase.database, runId)
    expect(second).toMatchObject({ crashCount: 1, attemptCount: 0 })
    await releasePage(testDatabase.database, second, RELEASE)
    expect(await claim(testDatabase.database, runId)).toMatchObject({ crashCount: 1, attemptCount: 1 })
  })

  it('counts none for a claim that is repeated because nobody heard of its outcome, unless it is another one', async () => {
    const { runId } = await startRun(testDatabase.database)
    const first = await claim(testDatabase.database, runId)
    const again = { runId, generation: 1, pageNo: 0, enqueueNo: 1, isRepeated: true }
    const own = await claimPage(testDatabase.database, { ...again, claimedBy: 'host:1' })
    expect(own).toMatchObject({ crashCount: 0, fence: first.fence + 1 })
    const other = await claimPage(testDatabase.database, { ...again, claimedBy: 'host:2' })
    expect(other).toMatchObject({ crashCount: 1 })
  })

  it('survives five crashes; the sixth is a loop', async () => {
    const { runId } = await startRun(testDatabase.database)
    await claim(testDatabase.database, runId)
    for (let crashes = 1; crashes <= 5; crashes++)
      expect(isCrashLoop(await claim(testDatabase.database, runId))).toBe(false)
    expect(isCrashLoop(await claim(testDatabase.database, runId))).toBe(true)
  })

  it('twenty at once get twenty different fences', async () => {
    const { runId } = await startRun(testDatabase.database)
    const pages = await Promise.all(Array.from({ length: 20 }, () => claim(testDatabase.database, runId)))
    expect(new Set(pages.map((page) => page.fence)).size).toBe(20)
    expect(await pageOf(runId)).toMatchObject({ crashCount: 19 })
  })
})

describe('a page with nothing to do is not claimed', () => {
  it.each<[string, (runId: string) => Promise<unknown>]>([
    ['a page that is done', async (runId) => finish(await claim(testDatabase.database, runId))],
    [
      'a page that failed',
      async (runId) =>
        releasePage(testDatabase.database, await claim(testDatabase.database, runId), {
          ...RELEASE,
          state: 'failed',
        }),
    ],
    [
      'a generation that is closed',
      (runId) => closeGeneration(testDatabase.database, { runId, generation: 1, reason: 'the source moved' }),
    ],
    [
      'a run that is settling',
      (runId) => moveRun(testDatabase.database, { runId, generation: 1 }, ['loading'], 'settling'),
    ],
    [
      'a run that succeeded',
      (runId) => endRun(testDatabase.database, { runId, generation: 1 }, ['loading'], { state: 'succeeded' }),
    ],
    [
      'a run that was cancelled',
      (runId) => endRun(testDatabase.database, { runId, generation: 1 }, ['loading'], { state: 'cancelled' }),
    ],
    [
      'an older generation',
      async (runId) => {
        await closeGeneration(testDatabase.database, { runId, generation: 1, reason: 'the source moved' })
        await startGeneration(testDatabase.database, runId, 1, newRun())
        await moveRun(testDatabase.database, { runId, generation: 2 }, ['planned'], 'loading')
      },
    ],
    [
      'an enqueue number that was renewed',
      async (runId) => renewEnqueueNumbers(testDatabase.database, [await pageOf(runId)]),
    ],
  ])('%s', async (_what, prepare) => {
    const { runId } = await startRun(testDatabase.database)
    await prepare(runId)
    const before = await pageOf(runId)
    expect(await tryClaim(testDatabase.database, runId)).toBeUndefined()
    expect(await pageOf(runId)).toEqual(before)
  })

  it.each([
    ['a run that is not there', { runId: 'nothing1' }],
    ['a page that is not there', { pageNo: 4 }],
    ['a generation that is not there', { generation: 2 }],
  ])('%s', async (_what, other) => {
    const { runId } = await startRun(testDatabase.database)
    const { pageNo, generation, ...run } = { runId, pageNo: 0, generation: 1, ...other }
    expect(await tryClaim(testDatabase.database, run.runId, pageNo, { generation })).toBeUndefined()
  })
})

describe('a claim that is no longer the newest', () => {
  it('stores nothing', async () => {
    const { runId } = await startRun(testDatabase.database)
    const older = await claim(testDatabase.database, runId)
    const newer = await claim(testDatabase.database, runId)
    await expect(finish(older)).rejects.toMatchObject({ code: 'PAGE_FENCED', kind: 'interrupted' })
    await testDatabase.database.transaction((session) => markPageDone(session, older, RESULT))
    expect(await pageOf(runId)).toMatchObject({ state: 'claimed', rowCount: null })
    await finish(newer)
    await expect(finish(newer)).rejects.toMatchObject({ code: 'PAGE_FENCED' })
    expect(await pageOf(runId)).toMatchObject({ state: 'done', rowCount: 10 })
  })

  it('releases nothing', async () => {
    const { runId } = await startRun(testDatabase.database)
    const older = await claim(testDatabase.database, runId)
    await claim(testDatabase.database, runId)
    const before = await pageOf(runId)
    await releasePage(testDatabase.database, older, { ...RELEASE, state: 'failed' })
    expect(await pageOf(runId)).toEqual(before)
  })

  it('can not reopen a page that is done', async () => {
    const { runId } = await startRun(testDatabase.database)
    const page = await claim(testDatabase.database, runId)
    await finish(page)
    await releasePage(testDatabase.database, page, RELEASE)
    expect(await pageOf(runId)).toMatchObject({ state: 'done', attemptCount: 0 })
  })
})

describe('the lock of a page', () => {
  it('held by another writer is reported at once, not waited for', async () => {
    const { runId } = await startRun(testDatabase.database)
    const page = await claim(testDatabase.database, runId)
    await testDatabase.database.transaction(async (holder) => {
      await lockPage(holder, page)
      const startMs = performance.now()
      await expect(finish(page)).rejects.toMatchObject({ code: 'PAGE_LOCKED', kind: 'unavailable' })
      expect(performance.now() - startMs).toBeLessThan(4_500)
    })
  })

  it('does not hold back claims and writers of other pages', async () => {
    const { runId } = await startRun(testDatabase.database)
    const page = await claim(testDatabase.database, runId)
    await testDatabase.database.transaction(async (holder) => {
      await lockPage(holder, page)
      await finish(await claim(testDatabase.database, runId, 1))
    })
    expect(await totalPages(testDatabase.database, runId, 1)).toMatchObject({
      done: 1,
      claimed: 1,
      open: 2,
      failed: 0,
    })
  })

  it('is gone with a transaction that did not commit, and so is the done mark', async () => {
    const { runId } = await startRun(testDatabase.database)
    const page = await claim(testDatabase.database, runId)
    const failed = testDatabase.database.transaction(async (session) => {
      await lockPage(session, page)
      await markPageDone(session, page, RESULT)
      throw new Error('a row did not fit')
    })
    await expect(failed).rejects.toThrow('a row did not fit')
    expect(await pageOf(runId)).toMatchObject({ state: 'claimed', rowCount: null })
    await finish(page)
  })
})

describe('pages whose job may be lost', () => {
  it('are those open or claimed for longer than asked, and get the next enqueue number', async () => {
    const { runId } = await startRun(testDatabase.database)
    await finish(await claim(testDatabase.database, runId, 0))
    await claim(testDatabase.database, runId, 1)
    await testDatabase.database.write(
      'UPDATE import_page SET changed_at = changed_at - INTERVAL 10 SECOND WHERE run_id = ? AND page_no < 3',
      [runId],
    )
    const ids = { runId, generation: 1 }
    const list = async (openMs: number, claimedMs: number) =>
      (await listQuietPages(testDatabase.database, ids, { openMs, claimedMs })).map((page) => page.pageNo)
    expect(await list(5_000, 5_000)).toEqual([1, 2])
    expect(await list(5_000, 60_000)).toEqual([2])
    expect(await list(60_000, 5_000)).toEqual([1])
    const quiet = await listQuietPages(testDatabase.database, ids, { openMs: 5_000, claimedMs: 5_000 })
    const renewed = await renewEnqueueNumbers(testDatabase.database, quiet)
    expect(renewed.map(({ pageNo, enqueueNo }) => [pageNo, enqueueNo])).toEqual([
      [1, 2],
      [2, 2],
    ])
    expect(await list(5_000, 5_000)).toEqual([])
    expect(await tryClaim(testDatabase.database, runId, 2, { enqueueNo: 2 })).toMatchObject({ fence: 1 })
  })

  it('are renewed once by two reconcilers, and not at all when they moved meanwhile', async () => {
    const { runId } = await startRun(testDatabase.database)
    const pages = await listPages(testDatabase.database, runId, 1)
    await finish(await claim(testDatabase.database, runId, 0))
    const both = await Promise.all([
      renewEnqueueNumbers(testDatabase.database, pages),
      renewEnqueueNumbers(testDatabase.database, pages),
    ])
    for (const page of both.flat()) expect([1, 2, 3]).toContain(page.pageNo)
    const after = await listPages(testDatabase.database, runId, 1)
    expect(after.map((page) => page.enqueueNo)).toEqual([1, 2, 2, 2])
  })
})
