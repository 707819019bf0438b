import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createRun,
  deleteRun,
  endRun,
  findRun,
  type LogEntry,
  listEndedRuns,
  listPages,
  listPrunableRunIds,
  pruneImportLog,
  readLogEntries,
  readLoggedPhases,
  readUnfinishedRunIds,
  writeLogEntries,
  writeLogEntry,
} from '../src/index.ts'
import { newRun, startRun } from './new-run.ts'

let testDatabase: TestDatabase
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(() => testDatabase.drop())

const final = (event: 'success' | 'failure', comments: string = event): LogEntry => ({
  phase: 'final',
  event,
  generation: 0,
  pageNo: -1,
  chunkRowCount: 35,
  comments,
})
const chunk = (pageNo: number, generation = 1): LogEntry => ({
  phase: 'chunk',
  event: 'chunk',
  generation,
  pageNo,
  chunkRowCount: 10,
  comments: `page ${pageNo}`,
})

describe('the import_log', () => {
  it.each(Array.from({ length: 10 }, (_, index) => index + 1))(
    'holds exactly one final row of a run among ten writers at once (round %i)',
    async () => {
      const { database } = testDatabase
      const run = await startRun(database)
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          writeLogEntry(database, run, final(index % 2 === 0 ? 'success' : 'failure', `writer ${index}`)),
        ),
      )
      const entries = await readLogEntries(database, run.runId)
      expect(entries.filter((entry) => entry.phase === 'final')).toHaveLength(1)
    },
  )

  it('keeps success when failure comes after it, and failure when success does', async () => {
    const { database } = testDatabase
    for (const [first, second] of [
      ['success', 'failure'],
      ['failure', 'success'],
    ] as const) {
      const run = await startRun(database)
      await writeLogEntry(database, run, final(first))
      await writeLogEntry(database, run, final(second))
      expect((await readLogEntries(database, run.runId)).map((entry) => entry.event)).toEqual([first])
    }
  })

  it('holds one row per page and generation, however often pages are reported', async () => {
    const { database } = testDatabase
    const run = await startRun(database)
    const entries = Array.from({ length: 1_200 }, (_, pageNo) => chunk(pageNo))
    await Promise.all([
      writeLogEntries(database, run, entries),
      writeLogEntries(database, run, entries.slice(0, 700)),
    ])
    await writeLogEntry(database, run, chunk(0, 2))
    expect(await readLogEntries(database, run.runId)).toHaveLength(1_201)
    const phases = await readLoggedPhases(database, run.runId)
    expect(phases).toMatchObject({ hasStart: false, hasFinal: false })
    expect([phases.hasPage(1, 1_199), phases.hasPage(2, 0), phases.hasPage(2, 1)]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('holds data set, target, planned rows and a time in UTC', async () => {
    const { database } = testDatabase
    const run = await startRun(database, { targetHost: 'db.example.org:3306', targetTable: 'logged_table' })
    const beforeMs = Date.now()
    await writeLogEntry(database, run, {
      ...chunk(0),
      phase: 'start',
      event: 'start',
      generation: 0,
      pageNo: -1,
    })
    const [row] = await database.rows<Record<string, unknown>>(
      'SELECT source_file, target_host, target_db, target_table, total_row_count FROM import_log WHERE run_id = ?',
      [run.runId],
    )
    expect(Object.values(row!)).toEqual(['abcd-1234', 'db.example.org:3306', 'somewhere', 'logged_table', 35])
    const [entry] = await readLogEntries(database, run.runId)
    expect(Math.abs(Date.parse(`${entry!.importTimestamp.replace(' ', 'T')}Z`) - beforeMs)).toBeLessThan(
      60_000,
    )
  })

  it('keeps a hostile or long comment from doing harm', async () => {
    const { database } = testDatabase
    const run = await startRun(database)
    await writeLogEntry(database, run, final('failure', "'); DROP TABLE import_log; -- \\ 😀"))
    await writeLogEntry(database, run, { ...chunk(1), comments: 'x'.repeat(2_000) })
    const entries = await readLogEntries(database, run.runId)
    expect(entries.map((entry) => entry.comments)).toEqual([
      "'); DROP TABLE import_log; -- \\ 😀",
      'x'.repeat(500),
    ])
  })

  it('tells which ended runs lack their final row', async () => {
    const { database } = testDatabase
    const [done, lacking] = [await startRun(database), await startRun(database)]
    await endRun(database, { runId: done.runId, generation: 1 }, ['loading'], { state: 'succeeded' })
    await endRun(database, { runId: lacking.runId, generation: 1 }, ['loading'], { state: 'failed' })
    await writeLogEntry(database, done, final('success'))
    await writeLogEntry(database, lacking, chunk(0))
    const ended = (await listEndedRuns(database)).map((run) => run.runId)
    expect(ended).toEqual(expect.arrayContaining([done.runId, lacking.runId]))
    expect(await readUnfinishedRunIds(database, [done.runId, lacking.runId])).toEqual(
      new Set([lacking.runId]),
    )
    expect(await readUnfinishedRunIds(database, [])).toEqual(new Set())
  })
})

describe('pruning', () => {
  const endedDaysAgo = async (
    topic: string,
    days: number,
    state: 'succeeded' | 'failed' = 'succeeded',
  ): Promise<string> => {
    const { database } = testDatabase
    const run = newRun({ topic, targetTable: topic })
    await createRun(database, run)
    await endRun(database, { runId: run.runId, generation: 1 }, ['planned'], { state })
    await database.write(
      'UPDATE import_run SET created_at = NOW(3) - INTERVAL ? DAY, finished_at = NOW(3) - INTERVAL ? DAY WHERE run_id = ?',
      [days, days, run.runId],
    )
    return run.runId
  }

  it('takes old runs, but never the newest of a topic nor one that is open', async () => {
    const { database } = testDatabase
    const oldest = await endedDaysAgo('pruned_a', 50)
    const older = await endedDaysAgo('pruned_a', 40)
    await endedDaysAgo('pruned_a', 35)
    await endedDaysAgo('pruned_b', 90)
    await endedDaysAgo('pruned_c', 1)
    const open = newRun({ topic: 'pruned_c' })
    await createRun(database, open)
    await database.write('UPDATE import_run SET created_at = NOW(3) - INTERVAL 99 DAY WHERE run_id = ?', [
      open.runId,
    ])
    expect(await listPrunableRunIds(database, 30)).toEqual([oldest, older])
    expect(await listPrunableRunIds(database, 45)).toEqual([oldest])
  })

  it('does not take the newest success of a target, which the next incremental run goes by', async () => {
    const { database } = testDatabase
    const older = await endedDaysAgo('pruned_d', 80)
    await endedDaysAgo('pruned_d', 70)
    const failed = await endedDaysAgo('pruned_d', 60, 'failed')
    await endedDaysAgo('pruned_d', 50, 'failed')
    expect(await listPrunableRunIds(database, 55)).toEqual([older, failed])
  })

  it('removes a run with its pages and leaves the others', async () => {
    const { database } = testDatabase
    const [gone, kept] = [await startRun(database), await startRun(database)]
    await deleteRun(database, gone.runId)
    await deleteRun(database, gone.runId)
    expect(await findRun(database, gone.runId)).toBeUndefined()
    expect(await listPages(database, gone.runId, 1)).toEqual([])
    expect(await listPages(database, kept.runId, 1)).toHaveLength(4)
  })

  it('removes old rows of the import_log and says how many', async () => {
    const { database } = testDatabase
    const run = await startRun(database)
    await writeLogEntries(database, run, [chunk(0), chunk(1), chunk(2)])
    await database.write(
      'UPDATE import_log SET import_timestamp = NOW(3) - INTERVAL 40 DAY WHERE run_id = ? AND page_no < 2',
      [run.runId],
    )
    expect(await pruneImportLog(database, 30)).toBe(2)
    expect(await pruneImportLog(database, 30)).toBe(0)
    expect((await readLogEntries(database, run.runId)).map((entry) => entry.pageNo)).toEqual([2])
  })
})
