import { expect, test } from 'vitest'
import type { DatasetSpec } from '../src/index.ts'
import { fetchText, servePortal } from './served-portal.ts'

const COLUMNS = [
  ['plain', 'text'],
  ['amount', 'number'],
  ['money', 'money'],
  ['ratio', 'double'],
  ['day', 'calendar_date'],
  ['moment', 'date'],
  ['place', 'location'],
  ['site', 'url'],
  ['flag', 'checkbox'],
  ['spot', 'point'],
  ['area', 'multipolygon'],
  ['picture', 'photo'],
  ['file', 'document'],
  [':@computed_region_k83t_ady5', 'number'],
] as const

const EVERY_TYPE: DatasetSpec = {
  id: 'aaaa-0001',
  name: 'Every type',
  columns: COLUMNS.map(([fieldName, dataTypeName]) => ({ name: fieldName, fieldName, dataTypeName })),
  rows: [
    {
      plain: 'say "hi" \\ ’n\nbye',
      amount: '1000010100.00000000',
      money: 1_000_000,
      ratio: 1.5,
      day: '2014-10-13',
      moment: '2014-10-14T00:00:00-07:00',
      place: {
        latitude: '47.59',
        longitude: '-122.33',
        human_address: '{"address": "83 King St", "city": "Seattle", "state": "WA", "zip": ""}',
      },
      site: { url: 'http://example.org', description: 'Example' },
      flag: true,
      spot: { type: 'Point', coordinates: [-122.3, 47.6] },
      area: {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 0],
            ],
          ],
        ],
      },
      picture: 'ZXF6Yi',
      file: { file_id: 'BFq', content_type: 'image/gif; charset=binary', filename: 'ping pong.gif' },
      ':@computed_region_k83t_ady5': '18379',
    },
    { plain: '', flag: false, site: { url: 'http://example.org' } },
    {},
  ],
}

const JSON_ROWS = [
  '[{"plain":"say \\"hi\\" \\\\ ’n\\nbye","amount":"1000010100.00000000","money":"1000000","ratio":1.5,',
  '"day":"2014-10-13T00:00:00.000","moment":"2014-10-14T07:00:00.000Z",',
  '"place":{"latitude":"47.59","longitude":"-122.33",',
  '"human_address":"{\\"address\\": \\"83 King St\\", \\"city\\": \\"Seattle\\", \\"state\\": \\"WA\\", \\"zip\\": \\"\\"}"},',
  '"site":{"url":"http://example.org","description":"Example"},"flag":true,',
  '"spot":{"type":"Point","coordinates":[-122.3,47.6]},',
  '"area":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]},"picture":"ZXF6Yi",',
  '"file":{"file_id":"BFq","content_type":"image/gif; charset=binary","filename":"ping pong.gif"}}\n',
  ',{"plain":"","site":{"url":"http://example.org"},"flag":false}\n',
  ',{}]\n',
].join('')

test('JSON rows have the bytes of the row service: compact, nulls left out, numbers as texts', async () => {
  const portal = await servePortal({ datasets: [EVERY_TYPE] })
  const { text, headers } = await fetchText(portal, '/resource/aaaa-0001.json', { $order: ':id' })
  expect(text).toBe(JSON_ROWS)
  expect(headers.get('content-type')).toBe('application/json;charset=utf-8')
})

test('the type header names the types of the row service', async () => {
  const portal = await servePortal({ datasets: [EVERY_TYPE] })
  const { headers } = await fetchText(portal, '/resource/aaaa-0001.json', { $select: ':*,*' })
  expect(JSON.parse(headers.get('x-soda2-fields') ?? '')).toEqual([
    ...[':id', ':created_at', ':updated_at', ':version'],
    ...COLUMNS.map(([fieldName]) => fieldName),
  ])
  expect(JSON.parse(headers.get('x-soda2-types') ?? '')).toEqual([
    ...['row_identifier', 'fixed_timestamp', 'fixed_timestamp', 'row_version'],
    ...[
      'text',
      'number',
      'number',
      'double',
      'floating_timestamp',
      'fixed_timestamp',
      'location',
      'url',
      'boolean',
    ],
    ...['point', 'multipolygon', 'photo', 'document', 'number'],
  ])
})

test('an order drops the computed regions from the star, a name brings them back', async () => {
  const portal = await servePortal({ datasets: [EVERY_TYPE] })
  const region = ':@computed_region_k83t_ady5'
  const plain = await fetchText(portal, '/resource/aaaa-0001.json')
  const ordered = await fetchText(portal, '/resource/aaaa-0001.json', { $order: ':id' })
  const named = await fetchText(portal, '/resource/aaaa-0001.json', {
    $order: ':id',
    $select: region,
    $limit: '1',
  })
  expect(plain.text).toContain(region)
  expect(ordered.text).not.toContain(region)
  expect(named.text).toBe(`[{"${region}":"18379"}]\n`)
})

test('CSV rows quote every cell, write nothing for null, and end each row with a line feed', async () => {
  const portal = await servePortal({ datasets: [EVERY_TYPE] })
  const { text, headers } = await fetchText(portal, '/resource/aaaa-0001.csv', { $order: ':id' })
  const header = COLUMNS.slice(0, -1).map(([fieldName]) => `"${fieldName}"`)
  const first = [
    '"say ""hi"" \\ ’n\nbye","1000010100.00000000","1000000","1.5","2014-10-13T00:00:00.000","2014-10-14T07:00:00.000Z"',
    '"83 King St\nSeattle, WA \n(47.59, -122.33)","Example (http://example.org)","true","POINT (-122.3 47.6)"',
    '"MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))","ZXF6Yi"',
    '"BFq?filename=ping+pong.gif&content_type=image%2Fgif%3B+charset%3Dbinary"',
  ]
  const second = '"",,,,,,,"http://example.org","false",,,,'
  expect(text).toBe(`${header.join(',')}\n${first.join(',')}\n${second}\n${','.repeat(12)}\n`)
  expect(headers.get('content-type')).toBe('text/csv;charset=utf-8')
})

test('a byte order mark comes only when asked for', async () => {
  const portal = await servePortal({ datasets: [EVERY_TYPE] })
  const url = `${portal.url}/resource/aaaa-0001.csv?$select=flag&$limit=0`
  const plain = Buffer.from(await (await fetch(url)).arrayBuffer())
  const marked = Buffer.from(await (await fetch(`${url}&$$bom=true`)).arrayBuffer())
  expect(plain.toString()).toBe('"flag"\n')
  expect(marked.toString()).toBe('\uFEFF"flag"\n')
})

test('a hidden column is listed in the metadata and left out of the star', async () => {
  const columns = [
    { name: 'Seen', fieldName: 'seen', dataTypeName: 'text' },
    { name: 'Secret', fieldName: 'secret', dataTypeName: 'text', hidden: true },
  ]
  const dataset = { id: 'aaaa-0002', name: 'Hidden', columns, rows: [{ seen: 'a', secret: 'b' }] }
  const portal = await servePortal({ datasets: [dataset] })
  const { text } = await fetchText(portal, '/resource/aaaa-0002.json')
  const view = JSON.parse((await fetchText(portal, '/api/views/aaaa-0002')).text)
  expect(text).toBe('[{"seen":"a"}]\n')
  expect(view.columns[1]).toMatchObject({ fieldName: 'secret', flags: ['hidden'] })
})

test('a row that does not fit its columns is refused when the portal starts', async () => {
  const dataset = { ...EVERY_TYPE, rows: [{ amount: 'many' }] }
  await expect(servePortal({ datasets: [dataset] })).rejects.toThrow(
    'column amount: "many" is no value of type number',
  )
})
