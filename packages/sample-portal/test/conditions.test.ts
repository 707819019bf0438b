import { expect, test } from 'vitest'
import { fetchRows, servePortal } from './served-portal.ts'

const SHOP = {
  id: 'shop-0001',
  name: 'Shop',
  columns: [
    { name: 'Item', fieldName: 'item', dataTypeName: 'text' },
    { name: 'Price', fieldName: 'price', dataTypeName: 'number' },
    { name: 'Sold', fieldName: 'sold', dataTypeName: 'checkbox' },
    { name: 'Day', fieldName: 'day', dataTypeName: 'calendar_date' },
    { name: 'Seen', fieldName: 'seen', dataTypeName: 'date' },
  ],
  rows: [
    { item: "Ann's hat", price: '9', sold: true, day: '2019-01-01', seen: '2019-01-01T08:00:00Z' },
    { item: 'bag', price: '10.5', sold: false, day: '2019-01-02T12:30:00', seen: '2019-01-01T23:59:59.999Z' },
    { item: 'Cap', price: '100', day: '2019-02-01', seen: '2019-01-02T00:00:00Z' },
    { price: '-3' },
  ],
}

const CASES: readonly (readonly [condition: string, places: readonly number[]])[] = [
  ["item = 'Ann''s hat'", [0]],
  ['item = "bag"', [1]],
  ["item != 'bag'", [0, 2]],
  ["item <> 'bag'", [0, 2]],
  ["item > 'Z'", [1]],
  ['price > 9', [1, 2]],
  ["price >= '9'", [0, 1, 2]],
  ['price = 9.0', [0]],
  ['price < -1', [3]],
  ['price between 9 and 10.5', [0, 1]],
  ['price not between 9 and 10.5', [2, 3]],
  ['sold', [0]],
  ['sold = false', [1]],
  ["sold = 'true'", [0]],
  ['not sold', [1]],
  ['sold is null', [2, 3]],
  ['sold IS NOT NULL AND NOT sold', [1]],
  ["item in ('bag', 'Cap')", [1, 2]],
  ["item not in ('bag', 'Cap')", [0]],
  ["item like '_a%'", [1, 2]],
  ["item like '_ag'", [1]],
  ["item not like '_a%'", [0]],
  ["upper(item) = 'BAG' or lower(item) = 'cap'", [1, 2]],
  ["starts_with(item, 'C') or contains(item, 'hat')", [0, 2]],
  ["day >= '2019-01-02'", [1, 2]],
  ["day < '2019-01-02T12:30:00.001'", [0, 1]],
  ["seen >= '2019-01-01T08:00:00.000Z' and seen < '2019-01-02T00:00:00.000Z'", [0, 1]],
  ["seen = '2019-01-01T16:00:00-08:00'", [2]],
  ["date_trunc_ym(day) = '2019-01-01'", [0, 1]],
  ["datez_trunc_ymd(seen) = '2019-01-01'", [0, 1]],
  ["(item = 'bag' or item = 'Cap') and price > 50", [2]],
  ["item = 'bag' or item = 'Cap' and price > 500", [1]],
  ["not item = 'bag' and price > 0", [0, 2]],
  ['item = null', []],
  ["not (item in ('x', null))", []],
  ['`price` = 9', [0]],
  ['PRICE = 9', [0]],
]

test.each(CASES)('the condition %s keeps the rows at %j', async (condition, places) => {
  const portal = await servePortal({ datasets: [SHOP] })
  const rows = await fetchRows(portal, SHOP.id, { $select: 'price', $where: condition, $order: ':id' })
  expect(rows.map((row) => row.price)).toEqual(places.map((place) => SHOP.rows[place]?.price))
})

test('parameters that name columns are equality filters, joined with $where by and', async () => {
  const portal = await servePortal({ datasets: [SHOP] })
  expect(await fetchRows(portal, SHOP.id, { $select: 'item', item: 'bag' })).toEqual([{ item: 'bag' }])
  expect(await fetchRows(portal, SHOP.id, { $select: 'item', price: '9.0', sold: 'true' })).toEqual([
    { item: "Ann's hat" },
  ])
  expect(await fetchRows(portal, SHOP.id, { item: 'bag', $where: 'price > 50' })).toEqual([])
})

test('row ids are compared by the integer behind them', async () => {
  const portal = await servePortal({ datasets: [SHOP] })
  const ids = portal
    .dataset(SHOP.id)
    .rows()
    .map((row) => String(row[':id']))
  const where = async (condition: string) =>
    (await fetchRows(portal, SHOP.id, { $select: ':id', $where: condition, $order: ':id' })).map(
      (row) => row[':id'],
    )
  expect(await where(`:id > '${ids[1]}'`)).toEqual(ids.slice(2))
  expect(await where(`:id >= '${ids[1]}' and :id < '${ids[3]}'`)).toEqual(ids.slice(1, 3))
  expect(await where(`:id in ('${ids[0]}', '${ids[3]}')`)).toEqual([ids[0], ids[3]])
  expect(await fetchRows(portal, SHOP.id, { $select: ':id', ':id': ids[2] ?? '' })).toEqual([
    { ':id': ids[2] },
  ])
})

test('$query holds a whole statement', async () => {
  const portal = await servePortal({ datasets: [SHOP] })
  const statement =
    'SELECT sold, count(*) AS n WHERE item IS NOT NULL GROUP BY sold HAVING n > 0 ORDER BY sold DESC LIMIT 2 OFFSET 1'
  expect(await fetchRows(portal, SHOP.id, { $query: statement })).toEqual([
    { sold: true, n: '1' },
    { sold: false, n: '1' },
  ])
})
