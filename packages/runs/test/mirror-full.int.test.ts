import { stopApps, storedRows } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  atRequests,
  datasetOf,
  isGrouped,
  licences,
  type MirrorStack,
  numbered,
  startMirrorStack,
} from './mirror-stack.ts'

const oldTime = (index: number) => new Date(Date.UTC(2019, 2, 1 + index, 8)).toISOString()
const ROWS = licences('OLD', 1_000, (index) => oldTime(Math.floor(index / 40)))

let mirrored: MirrorStack
beforeAll(async () => {
  mirrored = await startMirrorStack({ dataset: datasetOf(ROWS) })
  await mirrored.full('the target was empty')
}, 120_000)
afterEach(() => mirrored.stack.portal.setFault(undefined))
afterAll(async () => {
  await stopApps()
  await mirrored?.stack.close()
})
const portal = () => mirrored.portal()
const stored = () => storedRows(mirrored.stack.services.database, mirrored.stack.topic)
const oldTables = async () =>
  (await mirrored.stack.services.store.listRunTables()).filter(({ old }) => old).map(({ runId }) => runId)

describe('everything is read', () => {
  it('where the topic file changed', async () => {
    mirrored.stack.writeTopic({ page_rows: 300 })
    const receipt = await mirrored.full('the topic file changed', mirrored.command)
    expect(receipt).toMatchObject({ pages: 4, counts: { inserted: 1_000, deleted: 1_000 } })
    mirrored.stack.writeTopic({})
    await mirrored.full('the topic file changed')
  })

  it("where the portal's columns changed", async () => {
    portal().addColumn({ name: 'Colour', fieldName: 'colour', dataTypeName: 'text' })
    await mirrored.full("the portal's columns changed")
    await mirrored.mirror({ pages: 0 })
  })

  it('where the publisher replaced everything, by a swap of tables', async () => {
    portal().replaceAll(ROWS.map((row) => ({ ...row, ':updated_at': undefined })))
    const receipt = await mirrored.full('full replace by the publisher')
    expect(receipt.counts).toMatchObject({ read: 1_000, inserted: 1_000, deleted: 1_000 })
    expect(await oldTables()).toContain(receipt.runId)
    await mirrored.mirror({ pages: 0 })
  })

  it('where the publisher replaced everything but kept the times', async () => {
    portal().replaceAll(portal().rows())
    await mirrored.full('full replace by the publisher')
  })

  it('where the portal answers 400 to the grouped queries', async () => {
    portal().updateRows(numbered(/^OLD-1\d$/), { animal_s_name: 'edited' })
    const refusal = { kind: 'status', status: 400, body: '{"errorCode":"query.soql.bad-parse"}' } as const
    mirrored.stack.portal.setFault((request) => (isGrouped(request) ? refusal : undefined))
    const { note } = await mirrored.full('400')
    expect(note).toMatch(/so everything was read$/)
  })

  it('where it answers 400 only once the pages are read', async () => {
    portal().updateRows(numbered(/^OLD-1\d$/), { animal_s_name: 'edited again' })
    const refusal = { kind: 'status', status: 400, body: '{"errorCode":"query.soql.bad-parse"}' } as const
    mirrored.stack.portal.setFault(atRequests(isGrouped, (index) => index > 0, refusal))
    expect(await mirrored.full('400')).toMatchObject({ generation: 2 })
  })

  it('and after that only what changed', async () => {
    portal().updateRows(numbered(/^OLD-2\d$/), { animal_s_name: 'edited' })
    await mirrored.mirror({ read: 10, updated: 10 })
  })
})

describe('nothing is done without being asked for', () => {
  it('where the source lost most of its rows', async () => {
    const before = await stored()
    portal().deleteRows(numbered(/[1-6]$/))
    expect((await mirrored.command()).error).toContain('--allow-shrink')
    expect(await stored()).toEqual(before)
    await mirrored.mirror({ deleted: 600, pages: 0 }, () => mirrored.command('--allow-shrink'))
  })

  it('where the source is empty', async () => {
    const before = await stored()
    portal().deleteRows(() => true)
    expect((await mirrored.command()).error).toContain('--allow-empty')
    expect(await stored()).toEqual(before)
    const receipt = await mirrored.full('the source is empty', () => mirrored.command('--allow-empty'))
    expect(receipt.counts).toMatchObject({ source: 0, after: 0, before: 400, deleted: 400 })
    expect(await mirrored.countRows()).toBe(0)
  })

  it('and rows that come after that are read', async () => {
    portal().insertRows(ROWS)
    await mirrored.full('the target was empty')
    await mirrored.mirror({ pages: 0 })
  })
})
