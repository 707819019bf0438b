import { expect, test } from 'vitest'
import { petLicenseDataset } from '../src/index.ts'
import { fetchRows, fetchText, servePortal } from './served-portal.ts'

const ID = 'jguv-t9rb'
const START_MS = Date.UTC(2026, 0, 1)

async function serveLicenses(rowCount = 20) {
  const time = { nowMs: START_MS }
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount })], clock: () => time.nowMs })
  const dataset = portal.dataset(ID)
  const fetchAll = () => fetchRows(portal, ID, { $select: '*,:id,:updated_at,:created_at', $order: ':id' })
  return { portal, dataset, time, fetchAll }
}

test('the handle shows the rows as they are served', async () => {
  const { dataset, portal } = await serveLicenses()
  const served = await fetchRows(portal, ID, { $select: ':*,*', $order: ':id' })
  expect(dataset.rows()).toEqual(served)
  expect(dataset.rowCount).toBe(20)
})

test('inserted rows come last, with new ids and the time of the change', async () => {
  const { dataset, fetchAll } = await serveLicenses()
  const before = await fetchAll()
  dataset.insertRows([{ license_number: 'X1', license_issue_date: '2026-01-01' }])
  const after = await fetchAll()
  expect(after.slice(0, -1)).toEqual(before)
  expect(after.at(-1)).toEqual({
    license_issue_date: '2026-01-01T00:00:00.000',
    license_number: 'X1',
    ':id': expect.stringMatching(/^row-/),
    ':updated_at': '2026-01-01T00:00:00.000Z',
    ':created_at': '2026-01-01T00:00:00.000Z',
  })
  expect(before.map((row) => row[':id'])).not.toContain(after.at(-1)?.[':id'])
})

test('an update keeps the id and touches only the rows that it changes', async () => {
  const { dataset, fetchAll } = await serveLicenses()
  const before = await fetchAll()
  const target = before[7]?.[':id']
  expect(dataset.updateRows((row) => row[':id'] === target, { zip_code: null, species: 'Pig' })).toBe(1)
  const after = await fetchAll()
  expect(after.filter((_, index) => index !== 7)).toEqual(before.filter((_, index) => index !== 7))
  const { zip_code: _, ...rest } = before[7] ?? {}
  expect(after[7]).toEqual({ ...rest, species: 'Pig', ':updated_at': '2026-01-01T00:00:00.000Z' })
})

test('a patch may depend on the row, and must name columns that exist', async () => {
  const { dataset } = await serveLicenses()
  const patch = (row: Readonly<Record<string, unknown>>) => ({ license_number: `N${row.license_number}` })
  expect(dataset.updateRows(() => true, patch)).toBe(20)
  expect(dataset.rows().every((row) => String(row.license_number).startsWith('N'))).toBe(true)
  expect(() => dataset.updateRows(() => true, { zip: '1' })).toThrow('data set jguv-t9rb has no column "zip"')
})

test('deleted rows are gone and their ids are not given again', async () => {
  const { dataset, fetchAll } = await serveLicenses()
  const ids = (await fetchAll()).map((row) => row[':id'])
  expect(dataset.deleteRows((row) => row[':id'] === ids[3] || row[':id'] === ids[19])).toBe(2)
  dataset.insertRows([{ license_number: 'new' }])
  const left = (await fetchAll()).map((row) => row[':id'])
  expect(left.slice(0, -1)).toEqual(ids.filter((_, index) => index !== 3 && index !== 19))
  expect(ids).not.toContain(left.at(-1))
})

test('a full replace renews every id and every time', async () => {
  const { dataset, fetchAll } = await serveLicenses()
  const before = await fetchAll()
  dataset.replaceAll(before.map(({ ':id': _i, ':updated_at': _u, ':created_at': _c, ...row }) => row))
  const after = await fetchAll()
  expect(after.map((row) => row.license_number)).toEqual(before.map((row) => row.license_number))
  expect(new Set(after.map((row) => row[':updated_at']))).toEqual(new Set(['2026-01-01T00:00:00.000Z']))
  const ids = new Set(before.map((row) => row[':id']))
  expect(after.some((row) => ids.has(row[':id']))).toBe(false)
})

test('every change makes one new version, told by the headers and the metadata', async () => {
  const { portal, dataset, time } = await serveLicenses()
  const first = dataset.version()
  const changes = [
    () => dataset.insertRows([{}]),
    () => dataset.updateRows(() => true, {}),
    () => dataset.deleteRows(() => false),
    () => dataset.replaceAll([]),
    () => dataset.renameColumn('species', 'kind'),
    () => dataset.removeColumn('kind'),
    () => dataset.addColumn({ name: 'Weight', fieldName: 'weight', dataTypeName: 'number' }),
  ]
  for (const [index, change] of changes.entries()) {
    time.nowMs += 1500
    change()
    expect(dataset.version()).toEqual({
      dataVersion: first.dataVersion + index + 1,
      lastModifiedMs: time.nowMs,
    })
  }
  const { headers } = await fetchText(portal, `/resource/${ID}.json`)
  expect(headers.get('x-soda2-truth-last-modified')).toBe('Thu, 01 Jan 2026 00:00:10 GMT')
  const view = JSON.parse((await fetchText(portal, `/api/views/${ID}`)).text)
  expect(view.rowsUpdatedAt).toBe(START_MS / 1000 + 10)
})

test('a renamed column is unknown under its old name and keeps its values', async () => {
  const { portal, dataset } = await serveLicenses()
  const before = await fetchRows(portal, ID, { $select: 'species', $order: ':id' })
  dataset.renameColumn('species', 'kind', 'Kind')
  expect((await fetchText(portal, `/resource/${ID}.json`, { $select: 'species' })).status).toBe(400)
  expect(await fetchRows(portal, ID, { $select: 'kind as species', $order: ':id' })).toEqual(before)
  const export_ = await fetchText(portal, `/api/views/${ID}/rows.csv`)
  expect(export_.text.split('\n')[0]).toContain(',Kind,')
})

test('an added column is null until it is filled, a removed one is gone', async () => {
  const { portal, dataset } = await serveLicenses(2)
  dataset.addColumn({ name: 'Weight', fieldName: 'weight', dataTypeName: 'number' })
  expect(await fetchRows(portal, ID, { $select: 'weight' })).toEqual([{}, {}])
  dataset.updateRows(() => true, { weight: 7 })
  dataset.removeColumn('species')
  const [row] = await fetchRows(portal, ID, { $order: ':id' })
  expect(row).toHaveProperty('weight', '7')
  expect(row).not.toHaveProperty('species')
})
