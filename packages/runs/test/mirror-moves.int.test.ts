import { readLogEntries } from '@gather/ledger'
import type { DatasetHandle } from '@gather/sample-portal'
import { stopApps, storedRows } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  atRequests,
  datasetOf,
  isGrouped,
  isPage,
  licences,
  type MirrorStack,
  numbered,
  startMirrorStack,
} from './mirror-stack.ts'

const oldTime = (index: number) => new Date(Date.UTC(2019, 2, 1 + index, 8)).toISOString()

let mirrored: MirrorStack
beforeAll(async () => {
  const rows = licences('OLD', 1_500, (index) => oldTime(Math.floor(index / 30)))
  mirrored = await startMirrorStack({ dataset: datasetOf(rows), topic: { page_rows: 50 } })
  await mirrored.full('the target was empty')
}, 120_000)
afterEach(() => mirrored.stack.portal.setFault(undefined))
afterAll(async () => {
  await stopApps()
  await mirrored?.stack.close()
})
const portal = () => mirrored.portal()
const first = (index: number) => index === 0
const second = (index: number) => index === 1
/** Changes the data set just before a request is answered. */
const mutate = (apply: (dataset: DatasetHandle) => void) => ({ kind: 'mutate', apply }) as const

describe('a source that changes while a mirror run reads it', () => {
  it('between two pages: what is read then is of one version', async () => {
    portal().insertRows(licences('NEW', 200))
    const change = mutate((dataset) => {
      dataset.deleteRows(numbered(/^NEW-\d$/))
      dataset.insertRows(licences('NEWER', 5))
      dataset.updateRows(numbered(/^OLD-3\d$/), { animal_s_name: 'edited' })
    })
    mirrored.stack.portal.setFault(atRequests(isPage, second, change))
    const receipt = await mirrored.mirror({ read: 205, inserted: 195, updated: 10, generation: 2 })
    const entries = await readLogEntries(mirrored.stack.services.importLog, receipt.runId)
    const ends = entries.filter(({ phase }) => phase !== 'chunk')
    expect(ends.map(({ event }) => event)).toEqual(['start', 'success'])
  })

  it('after the last page, before it is settled', async () => {
    portal().updateRows(numbered(/^OLD-4\d$/), { animal_s_name: 'edited' })
    const change = mutate((dataset) => dataset.updateRows(numbered(/^OLD-5\d$/), { species: 'Goat' }))
    // The first is of the plan, the second of the settling.
    mirrored.stack.portal.setFault(atRequests(isGrouped, second, change))
    await mirrored.mirror({ read: 20, updated: 20, generation: 2 })
  })

  it('while its counts are asked for at the end', async () => {
    portal().updateRows(numbered(/^OLD-6\d$/), { animal_s_name: 'edited' })
    const change = mutate((dataset) => dataset.deleteRows(numbered(/^OLD-7\d$/)))
    const isRowBehind = (request: Parameters<typeof isPage>[0]) =>
      request.query.get('$select') === ':id,:updated_at'
    mirrored.stack.portal.setFault(atRequests(isRowBehind, first, change))
    await mirrored.mirror({ read: 10, updated: 10, deleted: 10, generation: 2 })
  })

  it('back to what the table holds: the second generation has nothing to do', async () => {
    portal().insertRows(licences('BRIEF', 3))
    const change = mutate((dataset) => dataset.deleteRows(numbered(/^BRIEF/)))
    mirrored.stack.portal.setFault(atRequests(isPage, first, change))
    await mirrored.mirror({ pages: 0, generation: 2 })
  })

  it('while the counts of its plan are compared', async () => {
    portal().deleteRows(numbered(/^OLD-80$/))
    const change = mutate((dataset) => dataset.insertRows(licences('MEANWHILE', 2)))
    mirrored.stack.portal.setFault(atRequests(isGrouped, first, change))
    await mirrored.mirror({ read: 2, inserted: 2, deleted: 1, generation: 1 })
  })

  it('by a full replace, which makes the next generation a full one', async () => {
    portal().insertRows(licences('LAST', 3))
    const change = mutate((dataset) => dataset.replaceAll(licences('REPLACED', 1_400)))
    mirrored.stack.portal.setFault(atRequests(isPage, first, change))
    expect(await mirrored.full('full replace')).toMatchObject({ generation: 2, counts: { after: 1_400 } })
  })

  it('by new columns, which makes it a full one too', async () => {
    portal().updateRows(numbered(/-\d$/), { animal_s_name: 'edited' })
    const change = mutate((dataset) =>
      dataset.addColumn({ name: 'Colour', fieldName: 'colour', dataTypeName: 'text' }),
    )
    mirrored.stack.portal.setFault(atRequests(isPage, first, change))
    expect(await mirrored.full('columns changed')).toMatchObject({ generation: 2 })
  })

  it('under each generation, which fails the run and leaves the table as it was', async () => {
    const before = await storedRows(mirrored.stack.services.database, mirrored.stack.topic)
    portal().insertRows(licences('MOVING', 3))
    const change = mutate((dataset) => dataset.insertRows(licences('MOVED', 1)))
    mirrored.stack.portal.setFault((request) => (isPage(request) ? change : undefined))
    const receipt = await mirrored.run()
    expect(receipt).toMatchObject({ state: 'failed', strategy: 'mirror', generation: 3 })
    expect(receipt.reason).toContain('changed under each of 3 generations')
    expect(await storedRows(mirrored.stack.services.database, mirrored.stack.topic)).toEqual(before)
    mirrored.stack.portal.setFault(undefined)
    await mirrored.mirror({ read: 6, inserted: 6 })
  })
})

describe('a replica that is behind', () => {
  it('and does not tell so is waited for, and refused in the end', async () => {
    const before = await storedRows(mirrored.stack.services.database, mirrored.stack.topic)
    mirrored.stack.portal.setFault(() => ({ kind: 'replica', lag: 1, tells: 'old' }))
    await expect(mirrored.plan()).rejects.toMatchObject({
      code: 'SOURCE_WENT_BACK',
      kind: 'transient',
      message: expect.stringContaining('older than'),
    })
    expect(await storedRows(mirrored.stack.services.database, mirrored.stack.topic)).toEqual(before)
    mirrored.stack.portal.setFault(undefined)
    await mirrored.mirror({ pages: 0 })
  })

  it('and answers a page, or tells so at the end, costs no more than time', async () => {
    portal().insertRows(licences('PAGED', 120))
    const atPage = atRequests(isPage, second, { kind: 'replica', lag: 1, tells: 'old' })
    const atGroups = atRequests(isGrouped, second, { kind: 'replica', lag: 1, tells: 'flag' })
    mirrored.stack.portal.setFault((request) => atPage(request) ?? atGroups(request))
    await mirrored.mirror({ read: 120, inserted: 120, generation: 1 })
  })
})
