import { expect, test } from 'vitest'
import type { PortalRecord } from '../src/index.ts'
import { fetchRows, fetchText, servePortal } from './served-portal.ts'

const ID = 'time-0001'
const START_MS = Date.UTC(2026, 0, 1)
const NOW = '2026-01-01T00:00:00.000Z'
const OLD = '2025-03-04T05:06:07.008Z'
const ROWS: readonly PortalRecord[] = [
  { item: 'dated', ':updated_at': '2025-06-01T10:00:00.000Z', ':created_at': OLD },
  { item: 'undated', ':updated_at': null, ':created_at': OLD },
  { item: 'undated too', ':updated_at': null, ':created_at': OLD },
]

async function serveItems(rows = ROWS) {
  const columns = [{ name: 'Item', fieldName: 'item', dataTypeName: 'text' }]
  const portal = await servePortal({
    datasets: [{ id: ID, name: 'Times', columns, rows }],
    clock: () => START_MS,
  })
  const dataset = portal.dataset(ID)
  const ask = (parameters: Readonly<Record<string, string>>) => fetchRows(portal, ID, parameters)
  const askTimes = () => ask({ $select: 'item,:created_at,:updated_at', $order: ':id' })
  return { portal, dataset, ask, askTimes }
}

test('a late arrival appears now with the older times that it gives', async () => {
  const { portal, dataset, askTimes } = await serveItems([])
  const { dataVersion } = dataset.version()
  dataset.insertRows([
    { item: 'late', ':updated_at': '2025-03-03T21:06:07.008-08:00' },
    { item: 'both', ':updated_at': OLD, ':created_at': OLD },
    { item: 'new', ':updated_at': undefined, ':created_at': null },
  ])
  expect(await askTimes()).toEqual([
    { item: 'late', ':created_at': NOW, ':updated_at': OLD },
    { item: 'both', ':created_at': OLD, ':updated_at': OLD },
    { item: 'new', ':created_at': NOW, ':updated_at': NOW },
  ])
  expect(dataset.version()).toEqual({ dataVersion: dataVersion + 1, lastModifiedMs: START_MS })
  const { headers } = await fetchText(portal, `/resource/${ID}.json`)
  expect(headers.get('x-soda2-truth-last-modified')).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
})

test('a full replace takes the times that its records give', async () => {
  const { dataset, askTimes } = await serveItems()
  dataset.replaceAll([{ item: 'old', ':updated_at': OLD }, { item: 'new' }, { ':updated_at': null }])
  expect(await askTimes()).toEqual([
    { item: 'old', ':created_at': NOW, ':updated_at': OLD },
    { item: 'new', ':created_at': NOW, ':updated_at': NOW },
    { ':created_at': NOW },
  ])
})

test('a patch may give the time of the change, or take it away', async () => {
  const { dataset, askTimes } = await serveItems()
  const { dataVersion } = dataset.version()
  const times = new Map<unknown, unknown>([
    ['dated', null],
    ['undated', OLD],
  ])
  expect(
    dataset.updateRows(
      () => true,
      ({ item }) => ({ ':updated_at': times.get(item) }),
    ),
  ).toBe(3)
  expect(await askTimes()).toEqual([
    { item: 'dated', ':created_at': OLD },
    { item: 'undated', ':created_at': OLD, ':updated_at': OLD },
    { item: 'undated too', ':created_at': OLD, ':updated_at': NOW },
  ])
  expect(dataset.version()).toEqual({ dataVersion: dataVersion + 1, lastModifiedMs: START_MS })
})

test('what is no time is refused, and so is a patch of another system field', async () => {
  const { dataset } = await serveItems()
  const sentence = '"soon" is no time for a system field'
  expect(() => dataset.insertRows([{ ':updated_at': 'soon' }])).toThrow(sentence)
  expect(() => dataset.updateRows(() => true, { ':updated_at': 'soon' })).toThrow(sentence)
  expect(() => dataset.updateRows(() => true, { ':created_at': OLD })).toThrow('no column ":created_at"')
  expect(dataset.rowCount).toBe(3)
})

test('a row without :updated_at has no such key, and an empty cell in CSV', async () => {
  const { portal, dataset, ask } = await serveItems()
  const rows = await ask({ $select: ':*,*', $order: ':id' })
  expect(rows.map((row) => ':updated_at' in row)).toEqual([true, false, false])
  expect(dataset.rows()).toEqual(rows)
  expect(Object.keys(dataset.rowAt(1) ?? {})).not.toContain(':updated_at')
  const query = { $select: 'item,:updated_at as u', $order: ':id' }
  expect((await fetchText(portal, `/resource/${ID}.csv`, query)).text).toBe(
    '"item","u"\n"dated","2025-06-01T10:00:00.000Z"\n"undated",\n"undated too",\n',
  )
})

test.each([
  [':updated_at', '2025-06-01T10:00:00.000Z'],
  ['datez_trunc_ymd(:updated_at)', '2025-06-01T00:00:00.000Z'],
])('grouped by %s the rows without it are one group, last and without a key', async (key, first) => {
  const { ask } = await serveItems()
  const groups = { $select: `${key} as d, count(*) as n`, $group: 'd' }
  const [dated, undated] = [{ d: first, n: '1' }, { n: '2' }]
  expect(await ask({ ...groups, $order: 'd' })).toEqual([dated, undated])
  expect(await ask({ ...groups, $order: 'd desc' })).toEqual([undated, dated])
  expect(await ask({ ...groups, $having: 'd is null' })).toEqual([undated])
})

test('aggregates pass over what is null', async () => {
  const { ask } = await serveItems()
  const $select = 'min(:updated_at) as lo, max(:updated_at) as hi, count(:updated_at) as n'
  const time = '2025-06-01T10:00:00.000Z'
  expect(await ask({ $select })).toEqual([{ lo: time, hi: time, n: '1' }])
  expect(await ask({ $select, $where: "item like 'undated%'" })).toEqual([{ n: '0' }])
})

test.each([
  [':updated_at is null', ['undated', 'undated too']],
  [':updated_at is not null', ['dated']],
  [`:updated_at > '${OLD}'`, ['dated']],
  [`:updated_at <= '${NOW}'`, ['dated']],
  [`:updated_at != '${OLD}'`, ['dated']],
  [`not (:updated_at > '${OLD}')`, []],
  [`:updated_at not between '${OLD}' and '${NOW}'`, []],
  [`datez_trunc_ymd(:updated_at) = '2025-06-01'`, ['dated']],
])('the condition %s selects %j', async ($where, items) => {
  const { ask } = await serveItems()
  expect((await ask({ $where, $order: ':id' })).map((row) => row.item)).toEqual(items)
})

test('ascending order puts rows without :updated_at last, descending order first', async () => {
  const { ask } = await serveItems(ROWS.toReversed())
  const itemsBy = async ($order: string) => (await ask({ $order })).map((row) => row.item)
  expect(await itemsBy(':updated_at, :id')).toEqual(['dated', 'undated too', 'undated'])
  expect(await itemsBy(':updated_at desc, :id')).toEqual(['undated too', 'undated', 'dated'])
})
