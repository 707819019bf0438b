import { expect, test } from 'vitest'
import { petLicenseDataset } from '../src/index.ts'
import { fetchText, servePortal } from './served-portal.ts'

test('the metadata document is pretty JSON with the keys that clients use', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 300 })] })
  const { status, text, headers } = await fetchText(portal, '/api/views/jguv-t9rb')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(text).toMatch(
    /^\{\n {2}"id" : "jguv-t9rb",\n {2}"name" : "Sample Pet Licenses",\n {2}"assetType" : "dataset",\n/,
  )
  expect(text).toMatch(/"approvals" : \[ \],\n {2}"columns" : \[ \{\n {4}"id" : \d+,\n/)
  expect(text).toMatch(/\n\}\n$/)
  expect(JSON.parse(text)).toMatchObject({
    viewType: 'tabular',
    newBackend: true,
    rowsUpdatedAt: Math.floor(portal.dataset('jguv-t9rb').version().lastModifiedMs / 1000),
  })
  expect((await fetchText(portal, '/api/views/jguv-t9rb.json')).text).toBe(text)
})

test('the metadata answer has neither ETag nor version headers', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 3 })] })
  const { headers } = await fetchText(portal, '/api/views/jguv-t9rb')
  for (const name of ['etag', 'last-modified', 'x-soda2-truth-last-modified', 'x-soda2-fields']) {
    expect(headers.has(name)).toBe(false)
  }
})

test('the columns are listed with API names, types and statistics as texts', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 300 })] })
  const { columns } = JSON.parse((await fetchText(portal, '/api/views/jguv-t9rb')).text)
  expect(columns.map((column: { fieldName: string }) => column.fieldName)).toEqual([
    ...[
      'license_issue_date',
      'license_number',
      'animal_s_name',
      'species',
      'primary_breed',
      'secondary_breed',
    ],
    'zip_code',
  ])
  expect(columns[0]).toMatchObject({
    name: 'License Issue Date',
    dataTypeName: 'calendar_date',
    renderTypeName: 'calendar_date',
    position: 1,
  })
  expect(columns[3]).toMatchObject({
    tableColumnId: expect.any(Number),
    cachedContents: { count: '300', null: '0', largest: expect.any(String), top: expect.any(Array) },
  })
})

test('rows.csv is the whole data set with display names, dates as shown and quotes only where needed', async () => {
  const dataset = {
    id: 'expo-0001',
    name: 'Export',
    columns: [
      { name: 'Name, given', fieldName: 'name', dataTypeName: 'text' },
      { name: 'Day', fieldName: 'day', dataTypeName: 'calendar_date', dateDisplay: 'long' as const },
      { name: 'Time', fieldName: 'time', dataTypeName: 'calendar_date' },
      { name: 'Moment', fieldName: 'moment', dataTypeName: 'date' },
    ],
    rows: [
      { name: 'say "hi"', day: '2003-04-09', time: '2012-09-14T22:38:01', moment: '2012-09-14T00:05:00Z' },
      { name: 'a\nb' },
      { name: '  plain \\ ', day: '2019-07-23', time: '2012-09-14T12:00:00' },
    ],
  }
  const portal = await servePortal({ datasets: [dataset] })
  const { text, headers } = await fetchText(portal, '/api/views/expo-0001/rows.csv', {
    accessType: 'DOWNLOAD',
  })
  expect(text).toBe(
    '"Name, given",Day,Time,Moment\n' +
      '"say ""hi""",April 09 2003,09/14/2012 10:38:01 PM,09/14/2012 12:05:00 AM +0000\n' +
      '"a\nb",,,\n' +
      '  plain \\ ,July 23 2019,09/14/2012 12:00:00 PM,\n',
  )
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
})

test('rows.csv has no row limit', async () => {
  const portal = await servePortal({ datasets: [petLicenseDataset({ rowCount: 3000 })] })
  const { text } = await fetchText(portal, '/api/views/jguv-t9rb/rows.csv')
  expect(text.split('\n')).toHaveLength(3002)
})
