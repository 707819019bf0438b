import { findRunByName, readLogEntries } from '@gather/ledger'
import type { FaultPoint } from '@gather/platform'
import {
  type NemesisStack,
  portalRows,
  type RowSet,
  runPlanner,
  startNemesisStack,
  stopApps,
  storedRows,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Reader, startReader } from '../../src/checker/reader.ts'
import { watchRun } from '../../src/nemesis/trial.ts'
import { beginHere } from '../../src/sweeps/begin-here.ts'

let stack: NemesisStack
let rows: readonly [RowSet, RowSet]
let reader: Reader
beforeAll(async () => {
  stack = await startNemesisStack({ rowCount: 200 })
  await Promise.all([stack.start('worker'), stack.start('listener')])
  const first = await importAll()
  dataset().updateRows((row) => row.species === 'Cat', { animal_s_name: 'Tom' })
  rows = [first, await importAll()]
  await stopApps()
})
beforeEach(() => {
  reader = startReader(stack.testDatabase.url, stack.topic.target.table)
})
afterEach(async () => {
  await stopApps()
  await reader.stop()
})
afterAll(() => stack.close())

const dataset = () => stack.portal.dataset(stack.topic.source.dataset)

async function importAll(): Promise<RowSet> {
  const trial = await beginHere(stack)
  expect((await trial.ended()).reason).toBeNull()
  return portalRows(dataset(), stack.topic)
}

const stored = () => storedRows(stack.services.database, stack.topic)
const rollback = (point?: FaultPoint) =>
  runPlanner(
    ['rollback', stack.topic.name],
    stack.env,
    point === undefined ? undefined : { point, deed: 'kill', passNo: 1 },
  )

/** The newest run is a rollback that has ended as it should: the other rows, one start and one final row, nothing seen between. */
async function expectRolledBack(before: RowSet): Promise<void> {
  const { runId } = await findRunByName(stack.services.database, stack.topic.name)
  const trial = watchRun(stack, { runId, before })
  expect(await trial.ended()).toMatchObject({ state: 'succeeded', strategy: 'rollback' })
  const after = rows.find((set) => set.join() !== before.join())
  expect(await stored()).toEqual(after)
  const entries = await readLogEntries(stack.services.importLog, runId)
  expect(entries.map(({ event }) => event)).toEqual(['start', 'success'])
  const { contents, errors } = await reader.stop()
  expect(errors).toEqual([])
  expect(contents.length).toBeLessThanOrEqual(2)
}

describe('a rollback', () => {
  it.each(['before_publish', 'mid_publish', 'before_log'] as const)(
    '37: is finished by a listener when its planner is killed at %s',
    async (point) => {
      const before = await stored()
      expect((await rollback(point)).code).toBe(null)
      await stack.start('listener')
      await expectRolledBack(before)
    },
  )

  it('9: happens once where two planners ask for it at once', async () => {
    const before = await stored()
    const [first, second] = (await Promise.all([rollback(), rollback()])).map(({ code }) => code).sort()
    await stack.start('listener')
    // The later one is refused, or comes so late that it undoes the first.
    expect(first).toBe(0)
    if (second !== 0) return expectRolledBack(before)
    // What the later one has recorded, a listener may have to finish.
    const { runId } = await findRunByName(stack.services.database, stack.topic.name)
    expect(await watchRun(stack, { runId, before }).ended()).toMatchObject({ state: 'succeeded' })
    expect(await stored()).toEqual(before)
  })

  it('36: waits for a reader whose transaction is open, and happens then', async () => {
    const before = await stored()
    await stack.services.database.withOwnSession(async (session) => {
      await session.write('START TRANSACTION')
      await session.rows(`SELECT 1 FROM \`${stack.topic.target.table}\` LIMIT 1`)
      const asked = rollback()
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      await session.write('COMMIT')
      expect((await asked).code).toBe(0)
    })
    await expectRolledBack(before)
  })
})
