import { readLogEntries } from '@gather/ledger'
import { stopApps } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  datasetOf,
  hoursAgo,
  licences,
  type MirrorStack,
  numbered,
  startMirrorStack,
} from './mirror-stack.ts'

const oldTime = (index: number) => new Date(Date.UTC(2019, 2, 1 + index, 8)).toISOString()
const YESTERDAY = hoursAgo(24)
const JUST_INSIDE = hoursAgo(47.5)
const JUST_OUTSIDE = hoursAgo(49)
/** 1,000 old rows in buckets of 50, and 50 each of three times around the window of late rows. */
const ROWS = [
  ...licences('OLD', 1_000, (index) => oldTime(Math.floor(index / 50))),
  ...licences('OUT', 50, () => JUST_OUTSIDE),
  ...licences('IN', 50, () => JUST_INSIDE),
  ...licences('YES', 50, () => YESTERDAY),
]

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

describe('an unchanged source', () => {
  it('is seen by three requests at most, without a page, and stands in the import_log as a start and a success', async () => {
    const receipt = await mirrored.mirror({ pages: 0, generation: 1 }, mirrored.command)
    expect(receipt.requests).toBeLessThanOrEqual(3)
    expect(receipt.buckets).toEqual({ compared: 0, differing: 0, rowIdsRead: 0 })
    const entries = await readLogEntries(mirrored.stack.services.importLog, receipt.runId)
    expect(entries.map(({ event }) => event)).toEqual(['start', 'success'])
  })

  it('is also one whose version rose while no row changed', async () => {
    portal().updateRows(numbered(/^OLD-7$/), {
      animal_s_name: 'Momo',
      ':updated_at': hoursAgo(1),
    })
    await mirrored.mirror({ read: 1, updated: 1 })
    portal().insertRows(licences('GONE', 3))
    portal().deleteRows(numbered(/^GONE/))
    await mirrored.mirror({ pages: 0 })
  })
})

describe('rows that come late', () => {
  it.each([
    ['a day', YESTERDAY, 'YES'],
    ['nearly two days', JUST_INSIDE, 'IN'],
  ])('by %s take the places of others that left, so that counts are equal', async (_how, time, prefix) => {
    portal().deleteRows(numbered(new RegExp(`^${prefix}-[123]$`)))
    portal().insertRows(licences(`LATE-${prefix}`, 3, () => time))
    const receipt = await mirrored.mirror({ read: 3, inserted: 3, deleted: 3, pages: 1 })
    expect(receipt.buckets?.differing).toBe(1)
  })

  it('take the places of most of a bucket, which is then read whole', async () => {
    portal().deleteRows(numbered(/^YES-[1-3]\d$/))
    portal().insertRows(licences('MOST', 30, () => YESTERDAY))
    await mirrored.mirror({ read: 50, inserted: 30, deleted: 30 })
  })

  it('have a time of their own, in the window and before it', async () => {
    portal().insertRows(licences('OWN', 4, (index) => hoursAgo(10 + 30 * index)))
    await mirrored.mirror({ read: 4, inserted: 4, pages: 1 })
  })

  it('make an old bucket larger', async () => {
    portal().insertRows(licences('LARGER', 2, () => JUST_OUTSIDE))
    portal().deleteRows(numbered(/^OUT-1$/))
    await mirrored.mirror({ read: 2, inserted: 2, deleted: 1 })
  })
})

describe('edits', () => {
  it('of single rows keep their keys', async () => {
    const keys = () =>
      mirrored.stack.services.database.rows(
        "SELECT pet_license_id FROM pet_license WHERE license_number LIKE 'OLD-11_' ORDER BY 1",
      )
    const before = await keys()
    portal().updateRows(numbered(/^OLD-11\d$/), { animal_s_name: 'edited', zip_code: null })
    await mirrored.mirror({ read: 10, updated: 10 })
    expect(await keys()).toEqual(before)
  })

  it('several of one day, of the same rows too, are read once', async () => {
    for (const hours of [5, 4, 3]) {
      portal().updateRows(numbered(/^OLD-12\d$/), {
        animal_s_name: `edited ${hours}`,
        ':updated_at': hoursAgo(hours),
      })
    }
    portal().updateRows(numbered(/^OLD-12[0-4]$/), { species: 'Goat', ':updated_at': hoursAgo(2) })
    await mirrored.mirror({ read: 10, updated: 10 })
  })

  it('that leave all values as they were only move the time', async () => {
    portal().updateRows(numbered(/^OLD-13\d$/), {})
    await mirrored.mirror({ read: 10, updated: 10 })
  })

  it('move rows between buckets that both have, their counts staying equal', async () => {
    portal().updateRows(numbered(/^YES-0$/), { ':updated_at': JUST_INSIDE })
    portal().updateRows(numbered(/^IN-0$/), { ':updated_at': YESTERDAY })
    await mirrored.mirror({ read: 2, updated: 2 })
  })
})

describe('deletions', () => {
  it('of a whole bucket are done without reading a row', async () => {
    portal().deleteRows(numbered(/^OLD-5\d$/))
    portal().deleteRows(numbered(/^OLD-[6-9]\d$/))
    await mirrored.mirror({ deleted: 50, pages: 0 })
  })

  it('from an old bucket are found by its ids alone', async () => {
    portal().deleteRows(numbered(/^OLD-20\d$/))
    const receipt = await mirrored.mirror({ deleted: 10, pages: 0 }, mirrored.command)
    expect(receipt.buckets).toMatchObject({ differing: 1 })
    const entries = await readLogEntries(mirrored.stack.services.importLog, receipt.runId)
    expect(entries.map(({ event }) => event)).toEqual(['start', 'success'])
  })

  it('leave nothing of themselves in the ledger', async () => {
    expect(await mirrored.stack.services.database.rows('SELECT * FROM import_deletion')).toEqual([])
  })

  it('and new rows of the same number, as a renewal is published', async () => {
    portal().deleteRows(numbered(/^OLD-30\d$/))
    portal().insertRows(licences('OLD-30', 10))
    await mirrored.mirror({ read: 10, inserted: 10, deleted: 10 })
  })

  it('together with insertions and edits all over', async () => {
    portal().deleteRows(numbered(/^OLD-\d*1$/))
    portal().updateRows(numbered(/^OLD-\d*2$/), { primary_breed: 'Sphynx' })
    const edited = portal()
      .rows()
      .filter(numbered(/^OLD-\d*2$/)).length
    const before = await mirrored.countRows()
    portal().insertRows(licences('MIXED', 20))
    const deleted = before + 20 - portal().rowCount
    const changes = { read: edited + 20, inserted: 20, updated: edited, deleted }
    await mirrored.mirror(changes, mirrored.command)
  })
})
