import { petLicenseColumns } from '@gather/sample-portal'
import {
  applyDeletes,
  applyInserts,
  applyUpdates,
  changeToExport,
  planChange,
  portalRows,
  readRealExport,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  storedRows,
  type TestStack,
} from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const BEFORE = 51_366
const AFTER = 51_754
let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({
    dataset: {
      id: 'jguv-t9rb',
      name: 'Seattle Pet Licenses',
      columns: petLicenseColumns,
      rows: readRealExport('2019-04'),
    },
    topic: { page_rows: 10_000 },
  })
  const apps = [startApp('worker', stack.env), startApp('worker', stack.env), startApp('listener', stack.env)]
  await Promise.all(apps.map((app) => app.waitFor(/\.ready/)))
}, 120_000)
afterAll(async () => {
  await stopApps()
  await stack?.close()
})

const portal = () => stack.portal.dataset('jguv-t9rb')
const run = async (...more: string[]) => {
  const { stdout, stderr } = await runPlanner(
    ['enqueue', 'pet_license', '--wait', '--json', ...more],
    stack.env,
  )
  return JSON.parse(stdout || JSON.stringify({ stderr }))
}
const expectEqualRows = async () =>
  expect(await storedRows(stack.services.database, stack.topic)).toEqual(portalRows(portal(), stack.topic))

describe('the real exports of April and July 2019', () => {
  it('the first one is read whole', async () => {
    expect(await run()).toMatchObject({ strategy: 'full', counts: { stored: BEFORE } })
  })

  it('nothing is read from an unchanged source, by three requests at most', async () => {
    const receipt = await run()
    expect(receipt).toMatchObject({
      strategy: 'mirror',
      state: 'succeeded',
      pages: 0,
      counts: { source: BEFORE, stored: BEFORE, read: 0, unchanged: BEFORE, before: BEFORE, after: BEFORE },
    })
    expect(receipt.requests).toBeLessThanOrEqual(3)
  })

  it('by row operations, exactly the changed rows are read, none is missed, doubled or stale', async () => {
    changeToExport(portal(), readRealExport('2019-07'))
    const receipt = await run()
    expect(receipt).toMatchObject({
      strategy: 'mirror',
      state: 'succeeded',
      counts: {
        source: AFTER,
        stored: AFTER,
        read: 9_103,
        inserted: 4_303,
        updated: 4_800,
        deleted: 3_915,
        unchanged: AFTER - 9_103,
        before: BEFORE,
        after: AFTER,
      },
    })
    await expectEqualRows()
  })

  it('a full replace by the publisher is recognised and done as a full run', async () => {
    portal().replaceAll(readRealExport('2019-04'))
    const receipt = await run()
    expect(receipt).toMatchObject({ strategy: 'full', mode: 'incremental', state: 'succeeded' })
    expect(receipt.note).toContain('full replace')
    await expectEqualRows()
  })

  it('the same change is read exactly when most of it strikes between two pages of the run', async () => {
    const change = planChange(portal().rows(), readRealExport('2019-07'))
    applyUpdates(portal(), change)
    let pageCount = 0
    stack.portal.setFault(({ query }) => {
      if (!query.get('$select')?.includes('species')) return undefined
      pageCount += 1
      if (pageCount !== 3) return undefined
      const apply = () => {
        applyInserts(portal(), change)
        applyDeletes(portal(), change)
      }
      return { kind: 'mutate', apply }
    })
    const receipt = await run('--page-rows', '1000')
    stack.portal.setFault(undefined)
    expect(receipt).toMatchObject({
      strategy: 'mirror',
      state: 'succeeded',
      generation: 2,
      counts: { read: 9_103, inserted: 4_303, updated: 4_800, deleted: 3_915, before: BEFORE, after: AFTER },
    })
    await expectEqualRows()
  })
})
