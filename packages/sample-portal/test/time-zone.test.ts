import { expect, test } from 'vitest'
import { petLicenseDataset, startSamplePortal } from '../src/index.ts'
import { createTimeZone } from '../src/time-zone.ts'
import type { TruncateUnit } from '../src/timestamp.ts'
import { fetchRows, servePortal } from './served-portal.ts'

const LOS_ANGELES = 'America/Los_Angeles'
const EVENTS = {
  id: 'zone-0001',
  name: 'Events',
  columns: [
    { name: 'Day', fieldName: 'day', dataTypeName: 'calendar_date' },
    { name: 'Seen', fieldName: 'seen', dataTypeName: 'date' },
  ],
  rows: [
    { day: '2019-07-22T23:30:00', seen: '2019-07-22T06:59:59Z', ':updated_at': '2019-07-22T07:00:00.000Z' },
    { day: '2019-07-22', seen: '2019-07-22T07:00:00Z', ':updated_at': '2019-07-23T06:59:59.999Z' },
    { ':updated_at': '2019-12-31T07:59:59.999Z' },
    { ':updated_at': null },
  ],
}

const CASES: readonly (readonly [zone: string, unit: TruncateUnit, timestamp: string, start: string])[] = [
  ['UTC', 'ymd', '2019-07-22T23:59:59.999Z', '2019-07-22T00:00:00.000Z'],
  ['Etc/UTC', 'ym', '2019-07-22T23:59:59.999Z', '2019-07-01T00:00:00.000Z'],
  [LOS_ANGELES, 'ymd', '2019-07-22T06:59:59.999Z', '2019-07-21T07:00:00.000Z'],
  [LOS_ANGELES, 'ymd', '2019-07-22T07:00:00.000Z', '2019-07-22T07:00:00.000Z'],
  [LOS_ANGELES, 'ym', '2019-07-01T06:00:00.000Z', '2019-06-01T07:00:00.000Z'],
  [LOS_ANGELES, 'ym', '2019-03-20T06:00:00.000Z', '2019-03-01T08:00:00.000Z'],
  [LOS_ANGELES, 'y', '2019-07-22T07:00:00.000Z', '2019-01-01T08:00:00.000Z'],
  [LOS_ANGELES, 'y', '2020-01-01T07:59:59.999Z', '2019-01-01T08:00:00.000Z'],
  // The clocks change in the night to the 10th of March and to the 3rd of November.
  [LOS_ANGELES, 'ymd', '2019-03-10T23:00:00.000Z', '2019-03-10T08:00:00.000Z'],
  [LOS_ANGELES, 'ymd', '2019-03-11T07:00:00.000Z', '2019-03-11T07:00:00.000Z'],
  [LOS_ANGELES, 'ymd', '2019-11-03T20:00:00.000Z', '2019-11-03T07:00:00.000Z'],
  [LOS_ANGELES, 'ymd', '2019-11-04T07:59:59.999Z', '2019-11-03T07:00:00.000Z'],
  [LOS_ANGELES, 'ymd', '2019-11-04T08:00:00.000Z', '2019-11-04T08:00:00.000Z'],
  ['Asia/Kathmandu', 'ymd', '2019-07-22T18:15:00.000Z', '2019-07-22T18:15:00.000Z'],
  ['Australia/Lord_Howe', 'ymd', '2019-10-05T15:29:00.000Z', '2019-10-05T13:30:00.000Z'],
  ['Pacific/Kiritimati', 'y', '9999-12-31T23:00:00.000Z', '9999-12-31T10:00:00.000Z'],
  // Midnight is skipped, comes twice, and comes once although the hour before it comes twice.
  ['America/Sao_Paulo', 'ymd', '2018-11-04T12:00:00.000Z', '2018-11-04T03:00:00.000Z'],
  ['America/Havana', 'ymd', '2019-11-03T04:30:00.000Z', '2019-11-03T05:00:00.000Z'],
  ['America/Sao_Paulo', 'ymd', '2018-02-18T12:00:00.000Z', '2018-02-18T03:00:00.000Z'],
]

test.each(CASES)('in %s the %s that holds %s begins at %s', (zone, unit, timestamp, start) => {
  expect(createTimeZone(zone).truncate(timestamp, unit)).toBe(start)
})

test("rows are grouped by the days of the server's time zone", async () => {
  const portal = await servePortal({ datasets: [EVENTS], timeZone: LOS_ANGELES })
  const $select = 'datez_trunc_ymd(:updated_at) as d, count(*) as n'
  expect(await fetchRows(portal, EVENTS.id, { $select, $group: 'd', $order: 'd' })).toEqual([
    { d: '2019-07-22T07:00:00.000Z', n: '2' },
    { d: '2019-12-30T08:00:00.000Z', n: '1' },
    { n: '1' },
  ])
  const $where = "datez_trunc_ymd(seen) = '2019-07-22T07:00:00Z'"
  expect(await fetchRows(portal, EVENTS.id, { $select: 'day', $where })).toEqual([
    { day: '2019-07-22T00:00:00.000' },
  ])
})

test('floating timestamps have no time zone', async () => {
  const portal = await servePortal({ datasets: [EVENTS], timeZone: LOS_ANGELES })
  const $select = 'date_trunc_ymd(day) as d, count(*) as n'
  expect(
    await fetchRows(portal, EVENTS.id, { $select, $group: 'd', $order: 'd', $where: 'day is not null' }),
  ).toEqual([{ d: '2019-07-22T00:00:00.000', n: '2' }])
})

test('after a change the days are those of the new rows, though the question is the same', async () => {
  const portal = await servePortal({ datasets: [EVENTS], timeZone: LOS_ANGELES })
  const days = { $select: 'datez_trunc_ymd(:updated_at) as d', $group: 'd', $order: 'd' }
  expect(await fetchRows(portal, EVENTS.id, days)).toHaveLength(3)
  portal.dataset(EVENTS.id).insertRows([{ ':updated_at': '2019-07-22T06:59:59.999Z' }])
  expect((await fetchRows(portal, EVENTS.id, days))[0]).toEqual({ d: '2019-07-21T07:00:00.000Z' })
})

test('the days of as many rows as the real set has add up to all of them', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset()], timeZone: LOS_ANGELES })
  const days = { $select: 'datez_trunc_ymd(:updated_at) as d, count(*) as n', $group: 'd', $order: 'd' }
  const groups = await fetchRows(portal, 'jguv-t9rb', days)
  expect(groups.reduce((sum, { n }) => sum + Number(n), 0)).toBe(51_754)
  expect(groups.every(({ d }) => /T07:00:00\.000Z$/.test(String(d)))).toBe(true)
})

test('a portal does not start with a time zone that there is not', async () => {
  await expect(startSamplePortal({ datasets: [], timeZone: 'Mars' })).rejects.toThrow(
    'time zone "Mars" is unknown; a known one is America/Los_Angeles',
  )
})
