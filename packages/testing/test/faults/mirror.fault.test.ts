import { listPages, readLogEntries } from '@gather/ledger'
import type { FaultPoint } from '@gather/platform'
import type { DatasetHandle, FaultRequest } from '@gather/sample-portal'
import {
  type AppProcess,
  eventually,
  type NemesisStack,
  startNemesisStack,
  stopApps,
  type Trial,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readRunHistory } from '../../src/checker/history.ts'
import { beginHere } from '../../src/sweeps/begin-here.ts'
import { createMutableSource, type MutableSource } from '../../src/sweeps/mutate-source.ts'
import { raceSettlers } from '../../src/sweeps/settle-races.ts'
import { VERSION_HEADERS } from '../../src/sweeps/version-headers.ts'

const ROWS = 400
const SEED = 20_261_201
let stack: NemesisStack
let source: MutableSource
let changeCount = 0
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: ROWS,
    topic: { page_rows: 20 },
    env: { JOB_LOCK_MS: '1000', WORKER_CONCURRENCY: '2' },
  })
  source = createMutableSource(dataset())
  await Promise.all([stack.start('worker'), stack.start('listener')])
  const trial = await beginHere(stack)
  expect((await trial.ended()).reason).toBeNull()
  await stopApps()
})
afterEach(async () => {
  stack.portal.setFault(undefined)
  await stopApps()
})
afterAll(() => stack.close())

const dataset = () => stack.portal.dataset(stack.topic.source.dataset)

const withoutSystemFields = (row: ReturnType<DatasetHandle['rowAt']> = {}) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith(':')))

/** Some rows have come, gone and changed since the last run: six pages or more, and rows to delete. */
function changePortal(): void {
  const place = (changeCount % 8) / 10
  changeCount += 1
  source.mutate({ kind: 'update', place, rowCount: 90 })
  for (const kind of ['insert', 'delete', 'exchange'] as const) source.mutate({ kind, place, rowCount: 10 })
}

/** A run of the real planner of what has changed, watched by a reader. */
const begin = (strike?: { readonly point: FaultPoint }): Promise<Trial> =>
  stack.begin({
    args: [],
    withReader: true,
    ...(strike === undefined ? {} : { strike: { ...strike, deed: 'kill', passNo: 1 } }),
  })

async function expectExact(trial: Trial): Promise<void> {
  expect(await trial.ended()).toMatchObject({ state: 'succeeded', strategy: 'mirror', reason: null })
  expect(await trial.check()).toEqual([])
}

/** A request for the rows of a page, not for groups, ids or counts. */
const isPage = ({ query }: FaultRequest): boolean => query.get('$select')?.includes('species') === true

const slowDown = () =>
  stack.portal.setFault((request) => (isPage(request) ? { kind: 'delay', delayMs: 80 } : undefined))

describe('a process that is killed under a mirror run', () => {
  beforeEach(changePortal)

  it.each([
    [12, 'after_plan'],
    [12, 'mid_enqueue'],
  ] as const)('%i: the planner at %s: the others go on', async (_, point) => {
    await Promise.all([stack.start('worker'), stack.start('listener')])
    await expectExact(await begin({ point }))
  })

  it.each([
    [1, 'after_claim', 1],
    [1, 'after_fetch', 2],
    [2, 'mid_load', 2],
    [2, 'after_load', 3],
    [2, 'before_commit', 2],
    [3, 'after_commit_before_ack', 3],
  ] as const)('%i: the worker at %s, pass %i: another one goes on', async (_, point, passNo) => {
    const [victim] = await Promise.all([
      stack.start('worker', { point, deed: 'kill', passNo }),
      stack.start('listener'),
    ])
    const trial = await begin()
    expect(await victim.exited).toBe('SIGKILL')
    await stack.start('worker')
    await expectExact(trial)
  })

  it.each([
    [37, 'before_settle'],
    [37, 'before_publish'],
    [37, 'mid_publish'],
    [37, 'before_log'],
  ] as const)('%i: the listener at %s: the next one goes on', async (_, point) => {
    const [victim] = await Promise.all([
      stack.start('listener', { point, deed: 'kill', passNo: 1 }),
      stack.start('worker'),
    ])
    const trial = await begin()
    expect(await victim.exited).toBe('SIGKILL')
    await stack.start('listener')
    await expectExact(trial)
  })
})

describe('a mirror run that has nothing to do', () => {
  it('12: its planner is killed when it has recorded it: the reconciler writes its log rows', async () => {
    const trial = await begin({ point: 'after_plan' })
    expect(await readLogEntries(stack.services.importLog, trial.runId)).toEqual([])
    await stack.start('listener')
    await expectExact(trial)
    expect(await listPages(stack.services.database, trial.runId, 1)).toEqual([])
  })

  it('12: its planner is killed between its log rows: the reconciler writes the last one', async () => {
    const trial = await begin({ point: 'before_log' })
    expect(await readLogEntries(stack.services.importLog, trial.runId)).toHaveLength(1)
    await stack.start('listener')
    await expectExact(trial)
  })
})

/** A run whose rows are all there, its settler stopped where it is about to publish, or in the middle of it. */
async function stopSettler(point: FaultPoint): Promise<{ trial: Trial; settler: AppProcess }> {
  changePortal()
  const [settler] = await Promise.all([
    stack.start('listener', { point, deed: 'stop', passNo: 1 }),
    stack.start('worker'),
  ])
  const trial = await beginHere(stack, { initialize: false, withReader: true })
  await settler.struck()
  return { trial, settler }
}

describe('a settler of a mirror run', () => {
  it.each(['before_publish', 'mid_publish'] as const)(
    '9: is stopped at %s while it holds the lock: another one takes over, and the woken one changes nothing',
    async (point) => {
      const { trial, settler } = await stopSettler(point)
      await stack.start('listener')
      await trial.ended()
      settler.kill('SIGCONT')
      settler.kill('SIGTERM')
      expect(await settler.exited).toBe(0)
      await expectExact(trial)
    },
  )

  it('39: loses the database in the middle of its transaction', async () => {
    const { trial, settler } = await stopSettler('mid_publish')
    await stack.databaseServer.kill()
    await stack.databaseServer.start()
    settler.kill('SIGCONT')
    await expectExact(trial)
  })

  it('9: two listeners at once: one publishes', async () => {
    changePortal()
    await Promise.all([stack.start('worker'), stack.start('listener'), stack.start('listener')])
    const trial = await begin()
    await expectExact(trial)
    const history = await readRunHistory(stack.services.database, trial.runId)
    expect(history.filter(({ newState }) => newState === 'succeeded')).toHaveLength(1)
  })

  it('9: ten settlers at once, 20 times, publish once each and write one final row', async () => {
    const report = await raceSettlers({ stack, rounds: 20, settlerCount: 10, seed: SEED })
    expect(report.violations).toEqual([])
    expect(report).toMatchObject({ roundCount: 20, swapCount: 10, mergeCount: 10 })
  })

  it('36: a reader who keeps staging from being dropped does not keep what was to be deleted', async () => {
    const { trial, settler } = await stopSettler('before_publish')
    const { database, importLog } = stack.services
    await database.withOwnSession(async (reader) => {
      await reader.write('START TRANSACTION')
      await reader.rows(`SELECT 1 FROM \`_gs_${trial.runId}_1\` LIMIT 1`)
      settler.kill('SIGCONT')
      await eventually('the final row', async () =>
        (await readLogEntries(importLog, trial.runId)).some(({ phase }) => phase === 'final'),
      )
      expect(await countDeletions(trial)).toBe(0)
      await reader.write('COMMIT')
    })
    await expectExact(trial)
  })
})

async function countDeletions({ runId }: Trial): Promise<number | undefined> {
  const sql = 'SELECT COUNT(*) AS n FROM import_deletion WHERE run_id = ?'
  const [row] = await stack.services.database.rows<{ n: number }>(sql, [runId])
  return row?.n
}

describe('what settling a mirror run proves', () => {
  it('a value changed in staging fails the run by its digest', async () => {
    const { trial, settler } = await stopSettler('before_settle')
    await stack.services.database.write(
      `UPDATE \`_gs_${trial.runId}_1\` SET animal_s_name = 'Nobody' LIMIT 1`,
    )
    settler.kill('SIGCONT')
    expect(await trial.ended()).toMatchObject({ state: 'failed', reasonCode: 'VERIFY_DIGEST' })
    expect(await trial.check()).toEqual([])
  })

  it('25: a source that changed after the last page was read is compared anew', async () => {
    const { trial, settler } = await stopSettler('before_settle')
    const [row] = dataset().rows().slice(-1)
    dataset().deleteRows((each) => each[':id'] === row?.[':id'])
    dataset().insertRows([{ ...withoutSystemFields(row), ':updated_at': row?.[':updated_at'] ?? null }])
    settler.kill('SIGCONT')
    expect(await trial.ended()).toMatchObject({ strategy: 'mirror', generation: 2 })
    await expectExact(trial)
  })

  it('a row of the table changed by hand just before the merge is found out: everything is read', async () => {
    changePortal()
    const [settler] = await Promise.all([
      stack.start('listener', { point: 'before_publish', deed: 'stop', passNo: 1 }),
      stack.start('worker'),
    ])
    const trial = await beginHere(stack, { initialize: false })
    await settler.struck()
    await stack.services.database.write(
      `UPDATE \`${stack.topic.target.table}\` SET zip_code = 'by hand' ORDER BY source_updated_at LIMIT 1`,
    )
    settler.kill('SIGCONT')
    expect(await trial.ended()).toMatchObject({ state: 'succeeded', strategy: 'full', generation: 2 })
    expect(await trial.check()).toEqual([])
  })
})

describe('a mirror run whose servers or source change under it', () => {
  beforeEach(async () => {
    changePortal()
    await Promise.all([stack.start('worker'), stack.start('listener')])
  })

  it('15: Redis is emptied in the middle of it', async () => {
    slowDown()
    const trial = await begin()
    await eventually('the first pages', async () => (await trial.pagesDone()) >= 2)
    await stack.redis.flushAll()
    await expectExact(trial)
  })

  it('25: the source changes between two of its pages: the next generation reads what differs then', async () => {
    strikePages([3])
    const trial = await begin()
    expect(await trial.ended()).toMatchObject({ strategy: 'mirror', generation: 2 })
    await expectExact(trial)
  })

  it('25: a portal that tells no versions moves rows between pages: read anew, no row twice', async () => {
    const [row] = dataset().rows()
    const timeless = { ...withoutSystemFields(row), ':updated_at': null }
    dataset().insertRows(Array.from({ length: 30 }, () => timeless))
    const isLastPage = ({ query }: FaultRequest) =>
      query.get('$where')?.includes('IS NULL') === true && query.get('$offset') === '20'
    let isStruck = false
    stack.portal.setFault((request) => {
      const isDue = isPage(request) && isLastPage(request) && !isStruck
      isStruck ||= isDue
      const headers = { kind: 'headers' as const, headers: VERSION_HEADERS.metadata }
      return [
        ...(request.path.includes('/resource/') ? [headers] : []),
        ...(isDue ? [{ kind: 'mutate' as const, apply: shiftTimeless }] : []),
      ]
    })
    const trial = await begin()
    expect(await trial.ended()).toMatchObject({ reason: null, strategy: 'mirror', generation: 2 })
    await expectExact(trial)
  })

  it('25: a source that never holds still fails it, and the table stays as it was', async () => {
    strikePages(Array.from({ length: 100 }, (_, index) => index + 1))
    const trial = await begin()
    expect(await trial.ended()).toMatchObject({ state: 'failed', reasonCode: 'SOURCE_MOVING' })
    expect(await trial.check()).toEqual([])
  })
})

const changeSome = () => source.mutate({ kind: 'exchange', place: 0.1, rowCount: 2 })

/** One of the rows without a time is gone, and one that comes before all of them has lost its own. */
function shiftTimeless(): void {
  const rows = dataset().rows()
  const timeless = rows.filter((row) => row[':updated_at'] === undefined)
  const [first, last] = [rows[0]?.[':id'], timeless.at(-1)?.[':id']]
  dataset().deleteRows((row) => row[':id'] === last)
  dataset().updateRows((row) => row[':id'] === first, { animal_s_name: 'First', ':updated_at': null })
}

/** The source changes when these of the requests for pages (from 1) come. */
function strikePages(numbers: readonly number[], apply = changeSome): void {
  let seen = 0
  stack.portal.setFault((request) => {
    if (!isPage(request)) return undefined
    seen += 1
    return numbers.includes(seen) ? { kind: 'mutate', apply } : undefined
  })
}
