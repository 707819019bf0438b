import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createRun,
  endRun,
  findRun,
  findRunByName,
  listOpenRuns,
  listPages,
  listRuns,
  moveRun,
} from '../src/index.ts'
import { newRun, newRunId, readRun, startRun } from './new-run.ts'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())

describe('planning a run in the ledger', () => {
  it('writes the run and all its pages at once, the last page shorter', async () => {
    const run = newRun({ note: 'Zoë 😀', sourceFilter: "a > 'b\\'" })
    await createRun(testDatabase.database, run)
    expect(await readRun(testDatabase.database, run.runId)).toMatchObject({
      ...run,
      state: 'planned',
      pageCount: 4,
      generation: 1,
    })
    const pages = await listPages(testDatabase.database, run.runId, 1)
    expect(
      pages.map(({ pageNo, rowOffset, plannedRows, state, enqueueNo }) => [
        pageNo,
        rowOffset,
        plannedRows,
        state,
        enqueueNo,
      ]),
    ).toEqual([
      [0, 0, 10, 'open', 1],
      [1, 10, 10, 'open', 1],
      [2, 20, 10, 'open', 1],
      [3, 30, 5, 'open', 1],
    ])
  })

  it('a run without rows has no page', async () => {
    const run = newRun({ plannedRows: 0 })
    await createRun(testDatabase.database, run)
    expect(await listPages(testDatabase.database, run.runId, 1)).toEqual([])
    expect(await readRun(testDatabase.database, run.runId)).toMatchObject({ pageCount: 0 })
  })

  it('a run of 10,000 pages is planned whole', async () => {
    const run = newRun({ plannedRows: 10_000, pageRows: 1 })
    await createRun(testDatabase.database, run)
    const pages = await listPages(testDatabase.database, run.runId, 1)
    expect(pages).toHaveLength(10_000)
    expect(pages.at(-1)).toMatchObject({ pageNo: 9_999, rowOffset: 9_999, plannedRows: 1 })
  })

  it('too many pages leave neither run nor page', async () => {
    const run = newRun({ plannedRows: 100_001, pageRows: 1 })
    await expect(createRun(testDatabase.database, run)).rejects.toMatchObject({ code: 'PLAN_TOO_MANY_PAGES' })
    expect(await findRun(testDatabase.database, run.runId)).toBeUndefined()
    expect(await listPages(testDatabase.database, run.runId, 1)).toEqual([])
  })

  it('keeps keys beyond the safe numbers of other languages', async () => {
    const run = newRun({ baseKey: 9_007_199_254_740_991 })
    await createRun(testDatabase.database, run)
    expect((await readRun(testDatabase.database, run.runId)).baseKey).toBe(9_007_199_254_740_991)
  })
})

describe('one open run per target', () => {
  it('of ten planners at once one wins, and the others are told which run is open', async () => {
    const runs = Array.from({ length: 10 }, () => newRun({ targetTable: 'contested' }))
    const results = await Promise.allSettled(runs.map((run) => createRun(testDatabase.database, run)))
    const winners = runs.filter((_run, index) => results[index]?.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({
          code: 'RUN_OPEN',
          kind: 'terminal',
          message: expect.stringContaining(
            `run ${winners[0]!.runId} of topic things (planned) still fills contested`,
          ),
        })
    const open = await listOpenRuns(testDatabase.database)
    expect(open.filter((run) => run.targetTable === 'contested')).toHaveLength(1)
  })

  it('a refused planner leaves no page behind', async () => {
    const first = newRun()
    const second = newRun({ targetTable: first.targetTable })
    await createRun(testDatabase.database, first)
    await expect(createRun(testDatabase.database, second)).rejects.toMatchObject({ code: 'RUN_OPEN' })
    expect(await listPages(testDatabase.database, second.runId, 1)).toEqual([])
  })

  it.each(['succeeded', 'failed', 'cancelled'] as const)(
    'a run that %s makes room for the next',
    async (state) => {
      const first = newRun()
      await createRun(testDatabase.database, first)
      expect(
        await endRun(testDatabase.database, { runId: first.runId, generation: 1 }, ['planned'], { state }),
      ).toBe(true)
      await createRun(testDatabase.database, newRun({ targetTable: first.targetTable }))
    },
  )

  it('tables of the same name in two databases are two targets', async () => {
    const first = newRun()
    await createRun(testDatabase.database, first)
    await createRun(testDatabase.database, newRun({ targetTable: first.targetTable, targetDb: 'elsewhere' }))
  })

  it('two topics that fill one table are refused as well', async () => {
    const first = newRun({ topic: 'cats' })
    await createRun(testDatabase.database, first)
    const second = createRun(testDatabase.database, newRun({ topic: 'dogs', targetTable: first.targetTable }))
    await expect(second).rejects.toMatchObject({ message: expect.stringContaining('of topic cats') })
  })
})

describe('ending a run', () => {
  it('happens once among ten: success excludes failure', async () => {
    const run = await startRun(testDatabase.database)
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        endRun(testDatabase.database, { runId: run.runId, generation: 1 }, ['loading'], {
          state: index % 2 === 0 ? 'succeeded' : 'failed',
        }),
      ),
    )
    expect(ends.filter(Boolean)).toHaveLength(1)
  })

  it('does nothing to a run in another state, and keeps the reason of the first', async () => {
    const run = await startRun(testDatabase.database)
    await endRun(testDatabase.database, { runId: run.runId, generation: 1 }, ['loading'], {
      state: 'failed',
      reasonCode: 'FIRST',
      reason: 'x'.repeat(3_000),
    })
    expect(
      await endRun(testDatabase.database, { runId: run.runId, generation: 1 }, ['loading', 'settling'], {
        state: 'succeeded',
      }),
    ).toBe(false)
    const after = await readRun(testDatabase.database, run.runId)
    expect(after).toMatchObject({ state: 'failed', reasonCode: 'FIRST', reason: 'x'.repeat(2_000) })
    expect(after.finishedAt).not.toBeNull()
  })
})

describe('moving or ending a run', () => {
  it('does nothing for a caller that slept through a change of generation', async () => {
    const run = await startRun(testDatabase.database)
    const older = { runId: run.runId, generation: 0 }
    expect(await moveRun(testDatabase.database, older, ['loading'], 'settling')).toBe(false)
    expect(await endRun(testDatabase.database, older, ['loading'], { state: 'failed' })).toBe(false)
    expect(await readRun(testDatabase.database, run.runId)).toMatchObject({
      state: 'loading',
      finishedAt: null,
    })
  })
})

describe('finding a run by what a person types', () => {
  it('takes an id, its beginning, or a topic for its newest run', async () => {
    const older = newRun({ runId: `aa${newRunId()}`, topic: 'topic_of_two' })
    await createRun(testDatabase.database, older)
    await testDatabase.database.write(
      'UPDATE import_run SET created_at = created_at - INTERVAL 1 HOUR WHERE run_id = ?',
      [older.runId],
    )
    const newer = newRun({ topic: 'topic_of_two' })
    await createRun(testDatabase.database, newer)
    const find = async (name: string) => (await findRunByName(testDatabase.database, name)).runId
    expect(await find(older.runId)).toBe(older.runId)
    expect(await find(older.runId.slice(0, 8))).toBe(older.runId)
    expect(await find('topic_of_two')).toBe(newer.runId)
    const listed = await listRuns(testDatabase.database, { topic: 'topic_of_two', limit: 1 })
    expect(listed.map((run) => run.runId)).toEqual([newer.runId])
  })

  it('asks for more of an id that several runs begin with', async () => {
    for (const end of ['1', '2'])
      await createRun(testDatabase.database, newRun({ runId: `zzz${newRunId().slice(0, 10)}${end}` }))
    await expect(findRunByName(testDatabase.database, 'zzz')).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
      message: 'several runs begin with "zzz"; give more of the id',
    })
  })

  it.each(['', 'nothing', '%', '_', "' OR 1=1 -- ", 'ü'])(
    'finds nothing for %j and says how to list runs',
    async (name) => {
      await expect(findRunByName(testDatabase.database, name)).rejects.toMatchObject({
        code: 'RUN_UNKNOWN',
        message: expect.stringContaining('planner runs'),
      })
    },
  )
})
