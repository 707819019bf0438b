import { createTestDatabase, type TestDatabase } from '@gather/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createRun,
  type Database,
  deleteRun,
  deleteSchedule,
  endRun,
  findRun,
  findSchedule,
  listPrunableRunIds,
  listSchedules,
  readClock,
  saveSchedule,
  takeOccurrence,
} from '../src/index.ts'
import { newRun, newRunId } from './new-run.ts'

const SCHEDULE = { topic: 'cats', cron: '0 3 * * *', timeZone: 'UTC', mode: 'incremental' } as const
const MADE = '2026-11-28 12:00:00.000'
const DUE = '2026-11-29 03:00:00.000'
const TAKEN = '2026-11-29 03:00:00.250'
const OCCURRENCE = { topic: 'cats', dueAt: DUE, takenAt: TAKEN }

let testDatabase: TestDatabase
let database: Database
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = testDatabase.database
})
afterAll(() => testDatabase.drop())
beforeEach(async () => {
  await database.write('DELETE FROM import_schedule')
  await saveSchedule(database, SCHEDULE, MADE)
})

const read = () => findSchedule(database, 'cats')
const take = (changes: Partial<typeof OCCURRENCE> = {}) =>
  takeOccurrence(database, { ...OCCURRENCE, ...changes }, { outcome: 'skipped', reason: 'one is open' })

describe('a schedule', () => {
  it('is kept as it was given, and has not been met yet', async () => {
    expect(await listSchedules(database)).toEqual([
      {
        ...SCHEDULE,
        dueAfter: MADE,
        lastDueAt: null,
        lastOutcome: null,
        lastRunId: null,
        lastReasonCode: null,
        lastReason: null,
      },
    ])
  })

  it('given anew takes the place of the one before, and remembers what came of that', async () => {
    await take()
    const other = { topic: 'cats', cron: '0 5 * * *', timeZone: 'Europe/Berlin', mode: 'initialize' } as const
    await saveSchedule(database, other, '2026-11-29 12:00:00.000')
    expect(await read()).toMatchObject({
      ...other,
      dueAfter: '2026-11-29 12:00:00.000',
      lastDueAt: DUE,
      lastOutcome: 'skipped',
    })
  })

  it('given anew by a clock that is behind does not have due again what was met', async () => {
    await take()
    await saveSchedule(database, SCHEDULE, MADE)
    expect(await read()).toMatchObject({ dueAfter: DUE })
  })

  it('made from now on counts from the time of the database, in UTC', async () => {
    await saveSchedule(database, SCHEDULE, await readClock(database))
    const [row] = await database.rows<{ isNow: number }>(
      'SELECT ABS(TIMESTAMPDIFF(SECOND, due_after, UTC_TIMESTAMP(3))) < 60 AS isNow FROM import_schedule',
    )
    expect(row?.isNow).toBe(1)
  })

  it('is gone once it is removed', async () => {
    expect(await deleteSchedule(database, 'cats')).toBe(true)
    expect(await deleteSchedule(database, 'cats')).toBe(false)
    expect(await read()).toBeUndefined()
  })
})

describe('an occurrence', () => {
  it('is taken by one of many at once, and what came of it is kept', async () => {
    const takes = await Promise.all(Array.from({ length: 8 }, () => take()))
    expect(takes.filter(Boolean)).toHaveLength(1)
    expect(await read()).toMatchObject({
      dueAfter: TAKEN,
      lastDueAt: DUE,
      lastOutcome: 'skipped',
      lastReason: 'one is open',
    })
  })

  it('ends all that was due until it was taken', async () => {
    await take({ takenAt: '2026-12-05 10:00:00.000' })
    expect(await take({ dueAt: '2026-12-05 03:00:00.000', takenAt: '2026-12-05 10:00:01.000' })).toBe(false)
    expect(await take({ dueAt: '2026-12-06 03:00:00.000', takenAt: '2026-12-06 03:00:01.000' })).toBe(true)
  })

  it('of a schedule that was removed or given anew meanwhile is not taken', async () => {
    await saveSchedule(database, SCHEDULE, '2026-11-29 03:00:00.100')
    expect(await take()).toBe(false)
    await deleteSchedule(database, 'cats')
    expect(await take()).toBe(false)
  })
})

describe('a run that a schedule starts', () => {
  it('takes the occurrence with the transaction that writes it', async () => {
    const run = newRun({ topic: 'cats', occurrence: OCCURRENCE })
    await createRun(database, run)
    expect(await read()).toMatchObject({ lastOutcome: 'started', lastRunId: run.runId, lastDueAt: DUE })
  })

  it('is written once, however many plan it at once and into whatever table', async () => {
    const runs = Array.from({ length: 8 }, () => newRun({ topic: 'cats', occurrence: OCCURRENCE }))
    const outcomes = await Promise.allSettled(runs.map((run) => createRun(database, run)))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(7)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'OCCURRENCE_TAKEN' })
    const written = await Promise.all(runs.map(({ runId }) => findRun(database, runId)))
    expect(written.filter((run) => run !== undefined).map(({ runId }) => runId)).toEqual([
      (await read())?.lastRunId,
    ])
  })

  it('that is not written leaves the occurrence as it is', async () => {
    const open = newRun()
    await createRun(database, open)
    const blocked = newRun({ topic: 'cats', targetTable: open.targetTable, occurrence: OCCURRENCE })
    await expect(createRun(database, blocked)).rejects.toMatchObject({
      code: 'RUN_OPEN',
      context: { runId: open.runId },
    })
    expect(await read()).toMatchObject({ dueAfter: MADE, lastDueAt: null })
  })

  it('is not pruned while its schedule tells of it', async () => {
    const runId = newRunId()
    await createRun(database, newRun({ runId, topic: 'cats', occurrence: OCCURRENCE }))
    await endRun(database, { runId, generation: 1 }, ['planned'], { state: 'failed' })
    await database.write(
      'UPDATE import_run SET created_at = created_at - INTERVAL 9 DAY, finished_at = created_at',
    )
    await createRun(database, newRun({ topic: 'cats' }))
    expect(await listPrunableRunIds(database, 3)).not.toContain(runId)
    await deleteSchedule(database, 'cats')
    expect(await listPrunableRunIds(database, 3)).toContain(runId)
    await deleteRun(database, runId)
  })
})
