import { expect, test } from 'vitest'
import { petLicenseDataset } from '../src/index.ts'
import { fetchRows, fetchText, servePortal } from './served-portal.ts'

const ID = 'jguv-t9rb'

test('without a limit a request gives 1000 rows, and as many groups', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 2500 })] })
  expect(await fetchRows(portal, ID)).toHaveLength(1000)
  expect(await fetchRows(portal, ID, { $limit: '60000' })).toHaveLength(2500)
  const groups = { $select: 'license_number, count(*)', $group: 'license_number' }
  expect(await fetchRows(portal, ID, groups)).toHaveLength(1000)
})

test('pages ordered by :id are slices of one order, and hold every row once', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 2500 })] })
  const ids: unknown[] = []
  for (const offset of [0, 1000, 2000]) {
    const rows = await fetchRows(portal, ID, { $select: '*,:id', $order: ':id', $offset: String(offset) })
    ids.push(...rows.map((row) => row[':id']))
  }
  expect(ids).toEqual(
    portal
      .dataset(ID)
      .rows()
      .map((row) => row[':id']),
  )
  expect(ids).not.toEqual([...ids].sort())
})

test('descending order by :id is the same order backwards', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 50 })] })
  const forth = await fetchRows(portal, ID, { $select: ':id', $order: ':id' })
  const back = await fetchRows(portal, ID, { $select: ':id', $order: ':id DESC', $limit: '10', $offset: '5' })
  expect(back).toEqual(forth.reverse().slice(5, 15))
})

test('without an order each request comes in another one, so pages lose and double rows', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 2000 })] })
  const first = await fetchRows(portal, ID, { $select: ':id' })
  const again = await fetchRows(portal, ID, { $select: ':id' })
  const second = await fetchRows(portal, ID, { $select: ':id', $offset: '1000' })
  expect(again).not.toEqual(first)
  const distinct = new Set([...first, ...second].map((row) => row[':id']))
  expect(distinct.size).toBeLessThan(1950)
})

test('rows that tie in an order that is not total change places between requests', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 500 })] })
  const query = { $select: 'species,:id', $order: 'species' }
  const first = await fetchRows(portal, ID, query)
  const second = await fetchRows(portal, ID, query)
  expect(second.map((row) => row.species)).toEqual(first.map((row) => row.species))
  expect(second).not.toEqual(first)
  const total = { $select: 'species,:id', $order: 'species,:id' }
  expect(await fetchRows(portal, ID, total)).toEqual(await fetchRows(portal, ID, total))
})

test('past the end a page is an empty array with the field headers', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 10 })] })
  const query = { $select: 'species', $order: ':id', $offset: '10000' }
  const { status, text, headers } = await fetchText(portal, `/resource/${ID}.json`, query)
  expect([status, text]).toEqual([200, '[]\n'])
  expect(headers.get('x-soda2-fields')).toBe('["species"]')
  expect(headers.get('x-soda2-types')).toBe('["text"]')
})

test('nulls come last in ascending order and first in descending order', async () => {
  const columns = [{ name: 'N', fieldName: 'n', dataTypeName: 'number' }]
  const rows = [{ n: '10' }, {}, { n: '9' }, { n: '-1.5' }]
  const portal = await servePortal({ datasets: [{ id: 'aaaa-0001', name: 'Numbers', columns, rows }] })
  const up = await fetchText(portal, '/resource/aaaa-0001.json', { $order: 'n' })
  const down = await fetchText(portal, '/resource/aaaa-0001.json', { $order: 'n desc' })
  expect(up.text).toBe('[{"n":"-1.5"}\n,{"n":"9"}\n,{"n":"10"}\n,{}]\n')
  expect(down.text).toBe('[{}\n,{"n":"10"}\n,{"n":"9"}\n,{"n":"-1.5"}]\n')
})

test('a keyset walk by :id sees every row although the texts do not sort', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 95 })] })
  const seen: unknown[] = []
  for (let after = ''; seen.length < 200; ) {
    const where: Record<string, string> = after === '' ? {} : { $where: `:id > '${after}'` }
    const rows = await fetchRows(portal, ID, { $select: ':id', $order: ':id', $limit: '20', ...where })
    seen.push(...rows.map((row) => row[':id']))
    if (rows.length < 20) break
    after = String(rows.at(-1)?.[':id'])
  }
  expect(seen).toEqual(
    portal
      .dataset(ID)
      .rows()
      .map((row) => row[':id']),
  )
})

test('a million rows are served in pages without being held in memory', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 1_000_000 })] })
  const page = { $select: '*,:id', $order: ':id', $limit: '10000' }
  const rows = await fetchRows(portal, ID, { ...page, $offset: '990000' })
  expect(rows).toHaveLength(10_000)
  expect(await fetchRows(portal, ID, { ...page, $offset: '1000000' })).toEqual([])
  expect(await fetchRows(portal, ID, { $select: 'count(*)' })).toEqual([{ count: '1000000' }])
})
