import { expect, test } from 'vitest'
import { Dataset } from '../src/dataset.ts'
import { petLicenseDataset, type SamplePortal } from '../src/index.ts'
import { fetchRows, fetchText, serveFaults } from './served-portal.ts'

const ID = 'jguv-t9rb'
const PATH = `/resource/${ID}.json`
const COUNT = { $select: 'count(*) as n' }
const START_MS = Date.UTC(2026, 0, 1)

/** A portal whose data set changes one, two and three minutes after the start: 903, then 906, then 900 rows. */
async function serveChanged(...faults: string[]) {
  const time = { nowMs: START_MS }
  const portal = await serveFaults(faults, { clock: () => time.nowMs })
  const dataset = portal.dataset(ID)
  const changes = [() => dataset.insertRows([{}, {}, {}]), () => dataset.insertRows([{}, {}, {}])]
  for (const change of [...changes, () => dataset.deleteRows((row) => row.license_number === undefined)]) {
    time.nowMs += 60_000
    change()
  }
  return { portal, time }
}

async function fetchVersion(portal: SamplePortal) {
  const { text, headers } = await fetchText(portal, PATH, COUNT)
  const header = (name: string) => headers.get(`x-soda2-${name}`) ?? ''
  return {
    count: JSON.parse(text)[0].n,
    outOfDate: header('data-out-of-date'),
    secondary: header('secondary-last-modified').slice(-12, -4),
    truth: header('truth-last-modified').slice(-12, -4),
    modified: headers.get('last-modified')?.slice(-12, -4),
    etag: headers.get('etag'),
  }
}

const TOLD = {
  flag: { outOfDate: 'true', secondary: '00:02:00', truth: '00:03:00', modified: '00:02:00' },
  times: { outOfDate: 'false', secondary: '00:02:00', truth: '00:03:00', modified: '00:02:00' },
  old: { outOfDate: 'false', secondary: '00:02:00', truth: '00:02:00', modified: '00:02:00' },
  nothing: { outOfDate: 'false', secondary: '00:03:00', truth: '00:03:00', modified: '00:03:00' },
} as const

test.each(['flag', 'times', 'old', 'nothing'] as const)('a replica that tells=%s', async (tells) => {
  const { portal } = await serveChanged(`replica tells=${tells} once`)
  const behind = await fetchVersion(portal)
  expect(behind).toMatchObject({ count: '906', ...TOLD[tells] })
  const current = await fetchVersion(portal)
  expect(current).toMatchObject({ count: '900', ...TOLD.nothing })
  expect(behind.etag === current.etag).toBe(tells === 'nothing')
})

test('a replica may be several changes behind, but not behind the beginning by more than one', async () => {
  const lags = ['replica once', 'replica lag=2 after=1 once', 'replica lag=3 after=2 once', 'replica lag=4']
  const { portal } = await serveChanged(...lags)
  const counts = []
  for (const _ of lags) counts.push((await fetchVersion(portal)).count)
  expect(counts).toEqual(['906', '903', '900', '891'])
})

test('as long as nothing has changed a replica lacks the last rows', async () => {
  const portal = await serveFaults(['replica'])
  const rows = await fetchRows(portal, ID, { $select: ':*,*', $order: ':id' })
  expect(rows).toEqual(portal.dataset(ID).rows().slice(0, 891))
  const { outOfDate, secondary, truth } = await fetchVersion(portal)
  expect([outOfDate, secondary === truth]).toEqual(['true', false])
  portal.dataset(ID).replaceAll([{}])
  expect((await fetchVersion(portal)).count).toBe('900')
})

test('a replica has the columns of its time, the metadata has those of now', async () => {
  const { portal } = await serveChanged('replica')
  portal.dataset(ID).renameColumn('species', 'kind')
  expect((await fetchText(portal, PATH, { $select: 'species' })).status).toBe(200)
  expect((await fetchText(portal, PATH, { $select: 'kind' })).status).toBe(400)
  expect((await fetchText(portal, `/api/views/${ID}`)).text).toContain('"kind"')
})

test('a request that meets both replicas in turn sees two versions', async () => {
  const { portal } = await serveChanged('replica every=2 tells=old')
  const counts = []
  for (let index = 0; index < 4; index += 1) counts.push((await fetchVersion(portal)).count)
  expect(counts).toEqual(['900', '906', '900', '906'])
})

test('an earlier state is the very table of then, not a copy, and only a few are kept', () => {
  const dataset = new Dataset(petLicenseDataset({ rowCount: 9 }), () => START_MS)
  const tables = [dataset.table]
  for (let change = 0; change < 6; change += 1) {
    dataset.insertRows([{}])
    tables.unshift(dataset.table)
  }
  for (const lag of [1, 2, 3, 4]) expect(dataset.earlierState(lag).table).toBe(tables[lag])
  expect(dataset.earlierState(5).table).toBe(tables[4])
  const { table } = new Dataset(petLicenseDataset({ rowCount: 500 }), () => START_MS).earlierState(1)
  expect([table.length, table.at(494)?.sequence, table.at(495)]).toEqual([495, 495, undefined])
})

test('a cached count is an old one, with its age and all its headers, until its time is over', async () => {
  const { portal, time } = await serveChanged('cached seconds=30')
  const first = await fetchText(portal, PATH, COUNT)
  expect([first.text, first.headers.get('age')]).toEqual(['[{"n":"900"}]\n', '0'])
  portal.dataset(ID).deleteRows(() => true)
  time.nowMs += 29_500
  const again = await fetchText(portal, PATH, COUNT)
  expect([again.text, again.headers.get('age')]).toEqual([first.text, '29'])
  for (const name of ['etag', 'last-modified', 'x-soda2-secondary-last-modified', 'date']) {
    expect(again.headers.get(name), name).toBe(first.headers.get(name))
  }
  const other = await fetchText(portal, PATH, { $select: 'count(*) as other' })
  expect([other.text, other.headers.get('age')]).toEqual(['[{"other":"0"}]\n', '0'])
  time.nowMs += 500
  const fresh = await fetchText(portal, PATH, COUNT)
  expect([fresh.text, fresh.headers.get('age')]).toEqual(['[{"n":"0"}]\n', '0'])
})

test('a cache keeps an unordered page as it was, and no errors', async () => {
  const portal = await serveFaults(['cached seconds=30'])
  const page = { $select: ':id', $limit: '50' }
  expect(await fetchRows(portal, ID, page)).toEqual(await fetchRows(portal, ID, page))
  expect((await fetchText(portal, PATH, { $select: 'weight' })).status).toBe(400)
  portal.dataset(ID).addColumn({ name: 'Weight', fieldName: 'weight', dataTypeName: 'number' })
  expect((await fetchText(portal, PATH, { $select: 'weight' })).status).toBe(200)
})
