import { listRuns, readLogEntries } from '@gather/ledger'
import {
  portalRows,
  type RowSet,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcile } from '../src/index.ts'

let stack: TestStack
let first: RowSet
let second: RowSet
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 1_000 })
  const apps = [startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack?.close()
})

const planner = (...args: string[]) => runPlanner(args, stack.env)
const rollback = async (...more: string[]) => {
  const { code, stdout, stderr } = await planner('rollback', 'pet_license', '--json', ...more)
  return { code, stderr, ...JSON.parse(stdout || '{}') }
}
const enqueue = async (...more: string[]) =>
  JSON.parse((await planner('enqueue', 'pet_license', '--wait', '--json', ...more)).stdout)
const portal = () => stack.portal.dataset('jguv-t9rb')
const stored = () => storedRows(stack.services.database, stack.topic)
const oldTables = async () =>
  (await stack.services.store.listRunTables()).filter((table) => table.old).map((table) => table.runId)

describe('planner rollback', () => {
  it('is refused where no table was swapped yet', async () => {
    expect(await rollback()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no earlier table of pet_license is kept'),
    })
  })

  it('does not put an empty table back unless it is told to', async () => {
    await enqueue('--initialize')
    expect(await rollback()).toMatchObject({ code: 1, stderr: expect.stringContaining('--allow-empty') })
    first = await stored()
    expect(first).toEqual(portalRows(portal(), stack.topic))
  })

  it('puts the table from before the last swap back, also after mirror runs, as a run of its own', async () => {
    portal().updateRows((row) => row.species === 'Cat', { animal_s_name: 'Tom' })
    const { runId: swapRun } = await enqueue('--initialize')
    portal().deleteRows((row) => row.species === 'Dog' && row.zip_code === portal().rowAt(3)?.zip_code)
    expect(await enqueue()).toMatchObject({ strategy: 'mirror' })
    second = await stored()
    expect(await oldTables()).toEqual([swapRun])
    const receipt = await rollback()
    expect(receipt).toMatchObject({
      code: 0,
      mode: 'rollback',
      strategy: 'rollback',
      state: 'succeeded',
      counts: { before: second.length, after: first.length, read: 0 },
      note: `undoes the table swap of run ${swapRun}`,
    })
    expect(await stored()).toEqual(first)
    expect(await oldTables()).toEqual([receipt.runId])
    const entries = await readLogEntries(stack.services.importLog, receipt.runId)
    expect(entries.map(({ event, chunkRowCount }) => [event, chunkRowCount])).toEqual([
      ['start', 0],
      ['success', first.length],
    ])
  })

  it('is undone by a second one', async () => {
    expect(await rollback()).toMatchObject({ state: 'succeeded' })
    expect(await stored()).toEqual(second)
    expect(await rollback()).toMatchObject({ state: 'succeeded' })
    expect(await stored()).toEqual(first)
  })

  it('is followed by a run that reads everything', async () => {
    const receipt = await enqueue()
    expect(receipt).toMatchObject({ strategy: 'full', state: 'succeeded' })
    expect(receipt.note).toContain('rolled back')
    expect(await stored()).toEqual(portalRows(portal(), stack.topic))
    expect(await enqueue()).toMatchObject({ strategy: 'mirror', counts: { read: 0 } })
  })

  it('is refused while a run fills the table', async () => {
    stack.portal.setFault((request) =>
      request.query.has('$offset') ? { kind: 'delay', delayMs: 6_000 } : undefined,
    )
    const { stdout } = await planner('enqueue', 'pet_license', '--initialize', '--json')
    const { runId } = JSON.parse(stdout)
    expect(await rollback()).toMatchObject({ code: 1, stderr: expect.stringContaining(runId) })
    await planner('cancel', runId)
    stack.portal.setFault(undefined)
  })

  it('is refused where it would lose a trigger', async () => {
    await stack.services.database.write(
      'CREATE TRIGGER watch AFTER INSERT ON pet_license FOR EACH ROW SET @n = 1',
    )
    expect(await rollback()).toMatchObject({ code: 1, stderr: expect.stringContaining('triggers') })
    await stack.services.database.write('DROP TRIGGER watch')
  })

  it('leaves nothing for the reconciler to do', async () => {
    const before = [await oldTables(), await listStates()]
    await reconcile(stack.services, AbortSignal.timeout(10_000))
    expect([await oldTables(), await listStates()]).toEqual(before)
  })
})

const listStates = async (): Promise<string[]> => {
  const runs = await listRuns(stack.services.database, { limit: 100 })
  return runs.map(({ runId, state }) => `${runId} ${state}`)
}
