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
const FIRST_MS = Date.UTC(2020, 0, 1)
const dayTime = (index: number) => new Date(FIRST_MS + index * DAY_MS).toISOString()
const msTime = (index: number) => new Date(FIRST_MS + index).toISOString()

let mirrored: MirrorStack
beforeAll(async () => {
  const rows = [
    ...licences('DAY', 700, dayTime),
    ...licences('ONE', 1_300, () => '2019-05-05T05:05:05.005Z'),
    ...licences('FAR', 2, () => '1970-01-01T00:00:00.000Z'),
  ]
  mirrored = await startMirrorStack({ dataset: datasetOf(rows) })
  await mirrored.full('the target was empty')
}, 120_000)
afterAll(async () => {
  await stopApps()
  await mirrored?.stack.close()
})
const portal = () => mirrored.portal()

describe('many rows with one time', () => {
  it('come, cut into pages', async () => {
    portal().insertRows(licences('SAME', 1_250, () => '2020-06-06T06:06:06.006Z'))
    await mirrored.mirror({ read: 1_250, inserted: 1_250, pages: 3 })
  })

  it('lose some, while others of them are edited', async () => {
    portal().deleteRows(numbered(/^SAME-\d+1$/))
    portal().updateRows(numbered(/^SAME-\d+2$/), { zip_code: '98101' })
    await mirrored.mirror({ read: 124, updated: 124, deleted: 124, pages: 1 })
  })

  it('are all edited at once', async () => {
    portal().updateRows(numbered(/^SAME/), { species: 'Pig' })
    await mirrored.mirror({ read: 1_126, updated: 1_126, pages: 3 })
  })
})

describe('each row with a time of its own', () => {
  it('a millisecond apart, as one stretch of times', async () => {
    portal().insertRows(licences('MS', 1_100, (index) => msTime(1_000 + index)))
    await mirrored.mirror({ read: 1_100, inserted: 1_100, pages: 3 })
  })

  it('with other rows between them, which are not read', async () => {
    portal().insertRows(licences('HALF', 300, (index) => dayTime(index + 0.5)))
    const receipt = await mirrored.mirror({ read: 300, inserted: 300 })
    expect(receipt.pages).toBeGreaterThan(1)
  })

  it('edited and deleted here and there', async () => {
    portal().updateRows(numbered(/^MS-\d*5$/), (row) => ({ zip_code: `${row.license_number}`.slice(-4) }))
    portal().deleteRows(numbered(/^MS-\d*7$/))
    await mirrored.mirror({ read: 110, updated: 110, deleted: 110, pages: 1 })
  })

  it('with pages of a few rows, which some times share', async () => {
    portal().insertRows(licences('FEW', 20, (index) => dayTime(index + 0.25)))
    portal().insertRows(licences('MANY', 17, () => dayTime(400.25)))
    const receipt = await mirrored.mirror({ read: 37, inserted: 37 }, () => mirrored.run({ pageRows: 7 }))
    expect(receipt.pages).toBe(6)
  })

  it('at both ends of the time that there is', async () => {
    portal().updateRows(numbered(/^FAR/), { zip_code: '98102', ':updated_at': '9999-12-31T23:59:59.999Z' })
    portal().insertRows(licences('FIRST', 1, () => '0001-01-01T00:00:00.000Z'))
    await mirrored.mirror({ read: 3, inserted: 1, updated: 2 })
  })
})

describe('rows without a time', () => {
  it('are added', async () => {
    portal().insertRows(licences('NULL', 30, () => null))
    await mirrored.mirror({ read: 30, inserted: 30, pages: 1 })
  })

  it('are read each time something changed, as no count tells of an edit', async () => {
    portal().updateRows(numbered(/^NULL-4$/), { animal_s_name: 'edited', ':updated_at': null })
    await mirrored.mirror({ read: 30, updated: 1 })
  })

  it('are not read while nothing did', async () => {
    const receipt = await mirrored.mirror({ pages: 0 })
    expect(receipt.requests).toBeLessThanOrEqual(3)
  })

  it('vanish while others come', async () => {
    portal().deleteRows(numbered(/^NULL-[0-4]$/))
    portal().insertRows(licences('NULL-NEW', 3, () => null))
    await mirrored.mirror({ read: 28, inserted: 3, deleted: 5 })
  })

  it('get one, and others lose theirs', async () => {
    portal().updateRows(numbered(/^NULL-1\d$/), { ':updated_at': hoursAgo(3) })
    portal().updateRows(numbered(/^DAY-2\d$/), { ':updated_at': null })
    await mirrored.mirror({ read: 38, updated: 20 })
  })

  it('vanish all', async () => {
    const nulls = portal()
      .rows()
      .filter((row) => row[':updated_at'] === undefined)
    portal().deleteRows((row) => nulls.some((one) => one[':id'] === row[':id']))
    await mirrored.mirror({ deleted: nulls.length, pages: 0 })
  })
})
