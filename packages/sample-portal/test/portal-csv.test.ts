import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCsv } from '../src/csv-parse.ts'
import { toFieldName } from '../src/field-name.ts'
import { readPortalCsv } from '../src/index.ts'

const OPTIONS = { id: 'file-0001', name: 'File' }

test('CSV is read with quotes, newlines inside cells, CRLF and a byte order mark', () => {
  expect(parseCsv('\uFEFFa,"b ""x""\n2",\r\n,"",c')).toEqual([
    ['a', 'b "x"\n2', null],
    [null, '', 'c'],
  ])
  expect(parseCsv('a,')).toEqual([['a', null]])
  expect(parseCsv('')).toEqual([])
})

test('any cells written with quotes read back as they were', () => {
  const cell = fc.option(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') }))
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 })
  fc.assert(
    fc.property(table, (records) => {
      const text = records.map((cells) => cells.map(quote).join(',')).join('\n')
      expect(parseCsv(`${text}\n`)).toEqual(records)
    }),
  )
  function quote(value: string | null): string {
    return value === null ? '' : `"${value.replaceAll('"', '""')}"`
  }
})

test('broken CSV is refused with the line', () => {
  expect(() => parseCsv('a,b\nc,"d')).toThrow('CSV line 2: a quote is not closed')
  expect(() => parseCsv('a\n"b"c\n')).toThrow('CSV line 2: text behind a closing quote')
  expect(() => readPortalCsv(Buffer.from('a,b\n1\n'), OPTIONS)).toThrow(
    'row 1 of the CSV has 1 cells, its header 2',
  )
  expect(() => readPortalCsv(Buffer.from(''), OPTIONS)).toThrow('no header line')
})

test.each([
  ["Animal's Name", 'animal_s_name'],
  ['ZIP Code', 'zip_code'],
  ['License #', 'license_'],
  ['job_doc___', 'job_doc___'],
  ['2nd Owner', '_2nd_owner'],
])('the display name %s becomes the API name %s', (name, fieldName) => {
  expect(toFieldName(name)).toBe(fieldName)
})

test('types are guessed from the cells, and empty cells are null', () => {
  const csv = [
    'Issued,Changed,Made,Count,Open,Zip,Where,Nothing',
    'April 19 2003,09/14/2012 10:38:01 PM,2020-01-01T00:00:00.000,1.50,true,98115,"(1.5, -2)",',
    'May 21 2014,,2020-01-02T01:02:03.004,-7,false,098116,"1 Main St\nX, WA 98115\n(3, 4)",',
    ',09/14/2012 12:00:00 AM,,,,,,',
  ].join('\n')
  const { columns, rows } = readPortalCsv(gzipSync(csv), OPTIONS)
  expect(columns.map(({ dataTypeName }) => dataTypeName)).toEqual([
    ...['calendar_date', 'calendar_date', 'calendar_date', 'number', 'checkbox', 'text', 'location', 'text'],
  ])
  expect(columns[0]).toMatchObject({ name: 'Issued', fieldName: 'issued', dateDisplay: 'long' })
  expect([...rows]).toEqual([
    {
      issued: '2003-04-19T00:00:00.000',
      changed: '2012-09-14T22:38:01.000',
      made: '2020-01-01T00:00:00.000',
      count: '1.50',
      open: 'true',
      zip: '98115',
      where: { latitude: '1.5', longitude: '-2' },
    },
    {
      issued: '2014-05-21T00:00:00.000',
      made: '2020-01-02T01:02:03.004',
      count: '-7',
      open: 'false',
      zip: '098116',
      where: {
        latitude: '3',
        longitude: '4',
        human_address: '{"address": "1 Main St", "city": "X", "state": "WA", "zip": "98115"}',
      },
    },
    { changed: '2012-09-14T00:00:00.000' },
  ])
})
