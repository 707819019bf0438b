import { findRun, hasOpenPages } from '@gather/ledger'
import {
  eventually,
  portalRows,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { beginLoading, planRun, recordPlan } from '../src/index.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 1_000, topic: { page_rows: 100 } })
})
afterAll(() => stack.close())
afterEach(async () => {
  stack.portal.setFault(undefined)
  await stopApps()
})

const startPool = async (...names: ('worker' | 'listener')[]) => {
  const apps = names.map((name) => startApp(name, stack.env))
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
  return apps
}
const enqueue = async () => {
  const { stdout, stderr } = await runPlanner(
    ['enqueue', 'pet_license', '--initialize', '--wait', '--json'],
    stack.env,
  )
  return JSON.parse(stdout || JSON.stringify({ stderr }))
}
/** Changes the data set at the given page requests of a run. */
const moveAtPages = (pages: readonly number[], change: () => void) => {
  let seen = 0
  stack.portal.setFault((request) => {
    if (!request.query.has('$order')) return undefined
    seen += 1
    return pages.includes(seen) ? { kind: 'mutate', apply: change } : undefined
  })
}
const portal = () => stack.portal.dataset('jguv-t9rb')
const deleteOne = () => {
  const [row] = portal().rows()
  portal().deleteRows((each) => each[':id'] === row?.[':id'])
}

const startRun = async () => {
  const options = { initialize: true, allowEmpty: false, allowShrink: false }
  const plan = await planRun(stack.services, stack.topic, options, AbortSignal.timeout(10_000))
  await recordPlan(stack.services, plan)
  await beginLoading(stack.services, plan.runId)
  return plan
}
const allStored = (runId: string) =>
  eventually('all pages stored', async () => !(await hasOpenPages(stack.services.database, runId, 1)))

describe('a source that changes while it is read', () => {
  it('is read again from the start, and what is stored is one version of it', async () => {
    await startPool('worker', 'listener')
    moveAtPages([4], deleteOne)
    const receipt = await enqueue()
    expect(receipt).toMatchObject({ state: 'succeeded', generation: 2, counts: { source: 999, stored: 999 } })
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(portalRows(portal(), stack.topic))
    expect((await stack.services.store.listRunTables()).filter((table) => !table.old)).toEqual([])
  })

  it('fails the run honestly when it never holds still, and the table stays as it was', async () => {
    await startPool('worker', 'listener')
    const before = await storedRows(stack.services.database, stack.topic)
    stack.portal.setFault((request) =>
      request.query.has('$order') ? { kind: 'mutate', apply: deleteOne } : undefined,
    )
    const receipt = await enqueue()
    expect(receipt).toMatchObject({ state: 'failed', generation: 3 })
    expect(receipt.reason).toMatch(/the source changed under each of 3 generations/)
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(before)
  })

  it('a change after the last page is seen by the settler', async () => {
    const [worker] = await startPool('worker')
    const plan = await startRun()
    await allStored(plan.runId)
    portal().updateRows((row) => row.species === 'Cat', { species: 'Dog' })
    await startPool('listener')
    const run = await eventually('the end', async () => {
      const now = await findRun(stack.services.database, plan.runId)
      return now?.finishedAt ? now : undefined
    })
    expect(run).toMatchObject({ state: 'succeeded', generation: 2 })
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(portalRows(portal(), stack.topic))
    worker?.kill('SIGTERM')
  })

  it('a portal that caps its pages is found out and never half imported', async () => {
    await startPool('worker', 'listener')
    const before = await storedRows(stack.services.database, stack.topic)
    stack.portal.setFault((request) => (request.query.has('$order') ? { kind: 'cap', limit: 50 } : undefined))
    const receipt = await enqueue()
    expect(receipt.state).toBe('failed')
    expect(receipt.reason).toMatch(/held 50 rows, planned were 100/)
    expect(await storedRows(stack.services.database, stack.topic)).toEqual(before)
  })

  it('a replica that says it is behind is asked again', async () => {
    await startPool('worker', 'listener')
    let stale = 2
    stack.portal.setFault((request) =>
      request.query.has('$order') && stale-- > 0
        ? { kind: 'headers', headers: { 'X-SODA2-Data-Out-Of-Date': 'true' } }
        : undefined,
    )
    expect(await enqueue()).toMatchObject({ state: 'succeeded', generation: 1 })
  })
})
