import { stopApps } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  datasetOf,
  hoursAgo,
  licences,
  type MirrorStack,
  numbered,
  startMirrorStack,
} from './mirror-stack.ts'

const DAY_MS = 86_400_000
const FIRST_MS = Date.UTC(2016, 0, 1)
const DAYS = 1_500
/** More times than are compared one by one, all on one day of the portal's zone, which is two in UTC. */
const LARGE_DAY_MS = Date.UTC(2021, 5, 5, 14)
const LARGE_ROWS = 50_500
const iso = (timeMs: number) => new Date(timeMs).toISOString()
/** Three rows of each day at any hour, so that a day in Los Angeles is none in UTC. */
const spreadTime = (index: number) =>
  iso(FIRST_MS + (index % DAYS) * DAY_MS + ((index * 7_919_993) % DAY_MS) + Math.floor(index / DAYS))
const recent = hoursAgo(24)

let mirrored: MirrorStack
beforeAll(async () => {
  const rows = [
    ...licences('DAY', 3 * DAYS, spreadTime),
    ...licences('LARGE', LARGE_ROWS, (index) => iso(LARGE_DAY_MS + index * 1_000)),
    ...licences('RECENT', 40, (index) => iso(Date.parse(recent) + (index % 20) * 1_000)),
  ]
  mirrored = await startMirrorStack({
    dataset: datasetOf(rows),
    portal: { timeZone: 'America/Los_Angeles' },
    topic: { page_rows: 20_000 },
    // The portal shares this process, and is busy for longer than connections live with short locks.
    env: { JOB_LOCK_MS: '10000' },
  })
  await mirrored.full('the target was empty')
}, 120_000)
afterAll(async () => {
  await stopApps()
  await mirrored?.stack.close()
})
const portal = () => mirrored.portal()
const write = (sql: string) => mirrored.stack.services.database.write(sql)
const addByHand = (license: string, time: string, suffix: string) =>
  write(`INSERT INTO pet_license SELECT pet_license_id + 10000000, license_issue_date, license_number, animal_s_name, species,
    primary_breed, secondary_breed, zip_code, CONCAT('row-hand-${suffix}', pet_license_id), ${time}
    FROM pet_license WHERE license_number LIKE '${license}'`)

describe('a source with more times than are compared one by one', () => {
  it('is seen to be unchanged by three requests', async () => {
    const receipt = await mirrored.mirror({ pages: 0 })
    expect(receipt.requests).toBeLessThanOrEqual(3)
  })

  it('is compared by days: what changed is read and nothing else, late rows in the places of others too', async () => {
    // New, edited and deleted, among these all rows of one day.
    portal().insertRows(licences('NEW', 30))
    portal().updateRows(numbered(/^DAY-12\d0?$/), { animal_s_name: 'edited' })
    portal().deleteRows(numbered(/^DAY-(7|1507|3007|77|88\d)$/))
    // Late, with the times of rows that left, and on an old day.
    portal().deleteRows(numbered(/^RECENT-[0-4]$/))
    portal().insertRows(licences('LATE', 5, (index) => iso(Date.parse(recent) + index * 1_000)))
    portal().insertRows(licences('LATER', 3, (index) => iso(FIRST_MS + 77 * DAY_MS + index)))
    const receipt = await mirrored.mirror({ read: 58, inserted: 38, updated: 20, deleted: 19 })
    expect(receipt.buckets?.rowIdsRead).toBeLessThan(200)
  })

  it('changes on the day that has too many times itself, and has rows without a time', async () => {
    portal().deleteRows(numbered(/^LARGE-\d*00$/))
    portal().updateRows(numbered(/^LARGE-\d*001$/), { zip_code: '98101' })
    portal().insertRows(licences('NULL', 4, () => null))
    portal().updateRows(numbered(/^DAY-200$/), { ':updated_at': null })
    const receipt = await mirrored.mirror({ read: 55, inserted: 4, updated: 51, deleted: 504 })
    expect(receipt.buckets?.rowIdsRead).toBeLessThan(1_000)
  })
})

describe('a table with so many times that was changed by hand', () => {
  it('on a day whose count is equal, and outside of all days of the source', async () => {
    await addByHand('LARGE-11_', 'source_updated_at', 'day')
    await write("DELETE FROM pet_license WHERE license_number LIKE 'LARGE-12_'")
    const times = [
      "'1999-09-09 09:09:09.999'",
      "'2020-12-24 18:00:00.000'",
      "'2950-01-01 00:00:00.000'",
      'NULL',
    ]
    for (const [index, time] of times.entries()) await addByHand(`LARGE-2${index}5`, time, 'beside')
    const receipt = await mirrored.mirror({ read: 15, inserted: 10, deleted: 14 })
    expect(receipt.note).toContain('by hand')
  })
})

describe('a source that no longer has so many times', () => {
  it('is compared by each of them', async () => {
    portal().deleteRows(numbered(/^LARGE-\d*[13]$/))
    const receipt = await mirrored.mirror({ read: 5, deleted: 10_100 })
    expect(receipt.buckets?.compared).toBeGreaterThan(40_000)
  })
})
