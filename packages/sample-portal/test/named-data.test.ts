import { expect, test } from 'vitest'
import type { PortalRecord, SamplePortal } from '../src/index.ts'
import { fetchRows, fetchText, serveFaults } from './served-portal.ts'

const ID = 'jguv-t9rb'
const NOW_MS = Date.UTC(2026, 0, 1)
const NOW = '2026-01-01T00:00:00.000Z'
const clock = () => NOW_MS

async function fetchOnce(portal: SamplePortal) {
  return (await fetchText(portal, `/resource/${ID}.json`, { $limit: '1' })).status
}

function idsOf(rows: readonly PortalRecord[]) {
  return rows.map((row) => row[':id'])
}

test('added rows are copies under new ids, and come before the answer', async () => {
  const portal = await serveFaults(['add rows=5 after=1 once'], { clock })
  const before = portal.dataset(ID).rows()
  await fetchOnce(portal)
  expect(portal.dataset(ID).rows()).toEqual(before)
  expect(await fetchRows(portal, ID, { $select: 'count(*) as n' })).toEqual([{ n: '905' }])
  const after = portal.dataset(ID).rows()
  expect(after.slice(0, 900)).toEqual(before)
  expect(after.slice(900).map((row) => row[':updated_at'])).toEqual([NOW, NOW, NOW, NOW, NOW])
  const numbers = new Set(before.map((row) => row.license_number))
  expect(after.slice(900).every((row) => numbers.has(row.license_number))).toBe(true)
  expect(new Set(idsOf(after)).size).toBe(905)
})

test('changed rows keep their ids and get new values and times', async () => {
  const portal = await serveFaults(['change rows=4 once'], { clock })
  const before = portal.dataset(ID).rows()
  await fetchOnce(portal)
  const after = portal.dataset(ID).rows()
  expect(idsOf(after)).toEqual(idsOf(before))
  const changed = after.filter((row) => row[':updated_at'] === NOW)
  expect(changed).toHaveLength(4)
  const numbers = new Set(before.map((row) => row.license_number))
  expect(changed.every((row) => numbers.has(row.license_number))).toBe(true)
  const same = after.filter((row, index) => row.license_number === before[index]?.license_number)
  expect(same.length).toBeLessThan(900)
})

test('deleted rows are gone, all of them if there are not so many', async () => {
  const portal = await serveFaults(['delete rows=3 once', 'delete rows=5000 after=1'])
  const before = idsOf(portal.dataset(ID).rows())
  await fetchOnce(portal)
  const after = idsOf(portal.dataset(ID).rows())
  expect(after).toHaveLength(897)
  expect(before.filter((id) => after.includes(id))).toEqual(after)
  await fetchOnce(portal)
  expect(portal.dataset(ID).rowCount).toBe(0)
})

test('which rows change depends on the seed and on nothing else', async () => {
  const left = []
  for (const text of ['delete rows=3', 'delete rows=3', 'delete  rows=3 first=9']) {
    const portal = await serveFaults([text])
    await fetchOnce(portal)
    left.push(idsOf(portal.dataset(ID).rows()))
  }
  expect(left[1]).toEqual(left[0])
  expect(left[2]).not.toEqual(left[0])
})

test('a full replace leaves the values and renews every id and time', async () => {
  const portal = await serveFaults(['replace once'], { clock })
  const before = portal.dataset(ID).rows()
  await fetchOnce(portal)
  const after = portal.dataset(ID).rows()
  expect(after.map((row) => row.license_number)).toEqual(before.map((row) => row.license_number))
  expect(after.every((row) => row[':updated_at'] === NOW && row[':created_at'] === NOW)).toBe(true)
  expect(idsOf(after).some((id) => idsOf(before).includes(id))).toBe(false)
})

test('rows may be changed in an empty data set and through a path that names none', async () => {
  const portal = await serveFaults(['change', 'delete', 'add once after=1'])
  portal.dataset(ID).replaceAll([])
  expect((await fetchText(portal, '/elsewhere')).status).toBe(404)
  expect(await fetchRows(portal, ID)).toEqual([{}])
})

test('columns go, get another name, come, and each does so once', async () => {
  const portal = await serveFaults([
    'remove-column name=species',
    'rename-column name=zip_code to=postcode',
    'add-column name=weight type=number',
  ])
  const before = portal.dataset(ID).version().dataVersion
  for (let count = 0; count < 3; count += 1) expect(await fetchOnce(portal)).toBe(200)
  expect(portal.dataset(ID).version().dataVersion).toBe(before + 3)
  const view = JSON.parse((await fetchText(portal, `/api/views/${ID}`)).text)
  const names = view.columns.map((column: { readonly fieldName: string }) => column.fieldName)
  expect(names).toEqual([
    'license_issue_date',
    'license_number',
    'animal_s_name',
    'primary_breed',
    'secondary_breed',
    'postcode',
    'weight',
  ])
  expect((await fetchText(portal, `/resource/${ID}.json`, { $select: 'species' })).status).toBe(400)
})

test('a retyped column has another type in headers, metadata and values', async () => {
  const portal = await serveFaults(['retype-column name=zip_code type=number'])
  const query = { $select: 'zip_code', $order: ':id', $limit: '900' }
  const before = portal.dataset(ID).rows()
  const { text, headers } = await fetchText(portal, `/resource/${ID}.json`, query)
  expect(headers.get('x-soda2-types')).toBe('["number"]')
  const isNumber = (value: unknown) => typeof value === 'string' && /^\d+$/.test(value)
  const expected = before.map(({ zip_code: zip }) => (isNumber(zip) ? { zip_code: zip } : {}))
  expect(JSON.parse(text)).toEqual(expected)
  expect(expected.some((row) => row.zip_code === undefined)).toBe(true)
  portal.dataset(ID).retypeColumn('license_issue_date', 'text')
  portal.dataset(ID).retypeColumn('species', 'double')
  const [row] = portal.dataset(ID).rows()
  expect(row).toMatchObject({ license_issue_date: before[0]?.license_issue_date })
  expect(row).not.toHaveProperty('species')
})

test('a column can not take a name that is taken', async () => {
  const portal = await serveFaults([])
  const dataset = portal.dataset(ID)
  const taken = 'data set jguv-t9rb has a column "species" already'
  expect(() => dataset.renameColumn('zip_code', 'species')).toThrow(taken)
  expect(() => dataset.addColumn({ name: 'S', fieldName: 'species', dataTypeName: 'text' })).toThrow(taken)
})
