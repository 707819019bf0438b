import { expect, test } from 'vitest'
import { petLicenseDataset } from '../src/index.ts'
import { fetchRows, fetchText, servePortal } from './served-portal.ts'

const SALES = {
  id: 'sale-0001',
  name: 'Sales',
  columns: [
    { name: 'Shop', fieldName: 'shop', dataTypeName: 'text' },
    { name: 'Price', fieldName: 'price', dataTypeName: 'number' },
    { name: 'Day', fieldName: 'day', dataTypeName: 'calendar_date' },
  ],
  rows: [
    { shop: 'a', price: '9', day: '2019-01-05', ':updated_at': '2020-01-01T00:00:00.001Z' },
    { shop: 'b', price: '10.25', day: '2019-01-07', ':updated_at': '2020-01-01T23:59:59.999Z' },
    { shop: 'a', price: '0.1', day: '2018-12-31', ':updated_at': '2020-01-02T00:00:00.000Z' },
    { shop: 'a', ':updated_at': '2020-01-02T00:00:00.000Z' },
    { price: '1' },
  ],
}

test('a count is one row with a text under the implicit alias', async () => {
  const portal = await servePortal({ datasets: [SALES] })
  const texts = await Promise.all(
    ['count(*)', 'count(price)', 'count(*) as n', 'COUNT(*) AS n'].map(
      async ($select) => (await fetchText(portal, '/resource/sale-0001.json', { $select })).text,
    ),
  )
  expect(texts).toEqual(['[{"count":"5"}]\n', '[{"count_price":"4"}]\n', '[{"n":"5"}]\n', '[{"n":"5"}]\n'])
})

test('the implicit alias gives way to a column or an alias of that name', async () => {
  const columns = [{ name: 'Count', fieldName: 'count', dataTypeName: 'text' }]
  const portal = await servePortal({
    datasets: [SALES, { id: 'coun-0001', name: 'C', columns, rows: [{ count: 'x' }] }],
  })
  expect(await fetchRows(portal, 'coun-0001', { $select: 'count(*)' })).toEqual([{ count_1: '1' }])
  expect(await fetchRows(portal, 'sale-0001', { $select: 'max(price) as count, count(*)' })).toEqual([
    { count: '10.25', count_1: '5' },
  ])
  expect(await fetchRows(portal, 'sale-0001', { $select: 'count(*), count(*)' })).toEqual([
    { count: '5', count_1: '5' },
  ])
})

test('a count over no rows is the text 0', async () => {
  const portal = await servePortal({ datasets: [{ ...SALES, rows: [] }] })
  expect(await fetchRows(portal, 'sale-0001', { $select: 'count(*) as n, max(price) as top' })).toEqual([
    { n: '0' },
  ])
})

test('aggregates follow the types of their columns', async () => {
  const portal = await servePortal({ datasets: [SALES] })
  const $select = 'sum(price), min(price), max(price), min(day), max(day), max(:updated_at) as u, max(shop)'
  expect(await fetchRows(portal, 'sale-0001', { $select, $where: 'shop is not null' })).toEqual([
    {
      sum_price: '19.35',
      min_price: '0.1',
      max_price: '10.25',
      min_day: '2018-12-31T00:00:00.000',
      max_day: '2019-01-07T00:00:00.000',
      u: '2020-01-02T00:00:00.000Z',
      max_shop: 'b',
    },
  ])
})

test('min and max of :id follow the order of the server', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 40 })] })
  const ids = portal
    .dataset('jguv-t9rb')
    .rows()
    .map((row) => row[':id'])
  expect(await fetchRows(portal, 'jguv-t9rb', { $select: 'min(:id) as lo, max(:id) as hi' })).toEqual([
    { lo: ids[0], hi: ids.at(-1) },
  ])
})

test('grouping by the exact :updated_at counts every row, ordered by the alias', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 3000 })] })
  const groups = await fetchRows(portal, 'jguv-t9rb', {
    $select: ':updated_at as u,count(*) as n',
    $group: 'u',
    $order: 'u',
  })
  expect(groups.length).toBeGreaterThan(8)
  expect(groups.reduce((sum, { n }) => sum + Number(n), 0)).toBe(3000)
  const times = groups.map(({ u }) => String(u))
  expect(times).toEqual([...new Set(times)].sort())
})

test('days are cut at midnight UTC and leave as timestamps', async () => {
  const portal = await servePortal({ datasets: [{ ...SALES, rows: SALES.rows.slice(0, 4) }] })
  const days = { $select: 'datez_trunc_ymd(:updated_at) as d, count(*) as n', $group: 'd', $order: 'd' }
  const { text, headers } = await fetchText(portal, '/resource/sale-0001.json', days)
  expect(text).toBe('[{"d":"2020-01-01T00:00:00.000Z","n":"2"}\n,{"d":"2020-01-02T00:00:00.000Z","n":"2"}]\n')
  expect(headers.get('x-soda2-types')).toBe('["fixed_timestamp","number"]')
  const months = {
    $select: 'date_trunc_ym(day), count(*)',
    $group: 'date_trunc_ym(day)',
    $order: 'date_trunc_ym(day)',
  }
  expect((await fetchText(portal, '/resource/sale-0001.json', months)).text).toBe(
    [
      '[{"date_trunc_ym_day":"2018-12-01T00:00:00.000","count":"1"}',
      '{"date_trunc_ym_day":"2019-01-01T00:00:00.000","count":"2"}',
      '{"count":"1"}]\n',
    ].join('\n,'),
  )
})

test('the null group has no key, and having filters groups', async () => {
  const portal = await servePortal({ datasets: [SALES] })
  const query = { $select: 'shop, count(*)', $group: 'shop', $order: 'shop' }
  expect(await fetchRows(portal, 'sale-0001', query)).toEqual([
    { shop: 'a', count: '3' },
    { shop: 'b', count: '1' },
    { count: '1' },
  ])
  expect(await fetchRows(portal, 'sale-0001', { ...query, $having: 'count(*) > 1' })).toEqual([
    { shop: 'a', count: '3' },
  ])
  expect(await fetchRows(portal, 'sale-0001', { ...query, $limit: '1', $offset: '1' })).toEqual([
    { shop: 'b', count: '1' },
  ])
})

test('groups without an order come in another one each time', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 500 })] })
  const query = { $select: 'zip_code, count(*)', $group: 'zip_code' }
  expect(await fetchRows(portal, 'jguv-t9rb', query)).not.toEqual(await fetchRows(portal, 'jguv-t9rb', query))
})
