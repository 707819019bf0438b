import { parseColumnType } from '@gather/topics'
import { describe, expect, it } from 'vitest'
import { encoderOf } from '../src/encode-value.ts'

const encoder = (type: string, nullable = true) => {
  const parsed = parseColumnType(type)
  if (parsed === undefined) throw new Error(`${type} is no type`)
  return encoderOf({ type: parsed, nullable })
}

const ACCEPTED: readonly [type: string, sent: unknown, stored: string][] = [
  ['varchar(5)', 'abcde', 'abcde'],
  ['varchar(5)', '', ''],
  ['varchar(5)', '😀😀😀😀😀', '😀😀😀😀😀'],
  ['varchar(5)', 'a\t\n\\N', 'a\t\n\\N'],
  ['varchar(5)', '\0', '\0'],
  ['varchar(5)', 98103, '98103'],
  ['varchar(5)', true, 'true'],
  ['varchar(5)', '  x  ', '  x  '],
  ['text', 'x'.repeat(65_535), 'x'.repeat(65_535)],
  ['text', 'é'.repeat(32_767), 'é'.repeat(32_767)],
  ['mediumtext', 'y', 'y'],
  ['longtext', 12.5, '12.5'],
  ['int', 0, '0'],
  ['int', '-0', '0'],
  ['int', -0, '0'],
  ['int', '+7', '7'],
  ['int', '007', '7'],
  ['int', '42.000', '42'],
  ['int', '4.2e1', '42'],
  ['int', '4200E-2', '42'],
  ['int', '-2147483648', '-2147483648'],
  ['int', 2147483647, '2147483647'],
  ['int', '0e999', '0'],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['bigint', '-9223372036854775808', '-9223372036854775808'],
  ['bigint', '9.223372036854775807e18', '9223372036854775807'],
  ['decimal(5,2)', '123.45', '123.45'],
  ['decimal(5,2)', '1', '1.00'],
  ['decimal(5,2)', 1.5, '1.50'],
  ['decimal(5,2)', '.5', '0.50'],
  ['decimal(5,2)', '5.', '5.00'],
  ['decimal(5,2)', '-0.00', '0.00'],
  ['decimal(5,2)', '1.2300', '1.23'],
  ['decimal(5,2)', '12345e-2', '123.45'],
  ['decimal(5,2)', '0.01', '0.01'],
  ['decimal(5,2)', '-1e-2', '-0.01'],
  ['decimal(2,2)', '0.99', '0.99'],
  ['decimal(30,0)', '123456789012345678901234567890', '123456789012345678901234567890'],
  ['double', 0.1, '0.1'],
  ['double', '-0', '0'],
  ['double', '1.50', '1.5'],
  ['double', '1e22', '1e+22'],
  ['double', '5e-324', '5e-324'],
  ['double', '1.7976931348623157e308', '1.7976931348623157e+308'],
  ['boolean', true, '1'],
  ['boolean', 'false', '0'],
  ['date', '2020-02-29', '2020-02-29'],
  ['date', '2000-02-29T00:00:00.000', '2000-02-29'],
  ['date', '0201-11-16T00:00:00', '0201-11-16'],
  ['datetime', '2018-11-16T00:00:00.000', '2018-11-16 00:00:00.000'],
  ['datetime', '2018-11-16T23:59:59.999Z', '2018-11-16 23:59:59.999'],
  ['datetime', '2018-11-16', '2018-11-16 00:00:00.000'],
  ['datetime', '2018-11-16 07:08', '2018-11-16 07:08:00.000'],
  ['datetime', '2018-11-16T07:08:09.1', '2018-11-16 07:08:09.100'],
  ['datetime', '2018-11-16T07:08:09.123000000Z', '2018-11-16 07:08:09.123'],
  ['datetime', '0001-01-01T00:00:00', '0001-01-01 00:00:00.000'],
  ['datetime', '9999-12-31T23:59:59', '9999-12-31 23:59:59.000'],
  ['json', { a: ['\t', null] }, '{"a":["\\t",null]}'],
  ['json', 'text', '"text"'],
  ['json', false, 'false'],
]

const REFUSED: readonly [type: string, sent: unknown, why: string][] = [
  ['varchar(5)', 'abcdef', 'it has 6 characters, the column holds 5'],
  ['varchar(5)', '😀😀😀😀😀😀', 'it has 6 characters, the column holds 5'],
  ['varchar(5)', 'ab\ud800', 'it is not valid Unicode'],
  ['varchar(5)', '\udc00', 'it is not valid Unicode'],
  ['varchar(5)', { a: 1 }, 'it is an object; the type json takes it'],
  ['text', ['a'], 'it is an object; the type json takes it'],
  ['text', 'x'.repeat(65_536), 'it has 65536 bytes, the column holds 65535'],
  ['text', 'é'.repeat(32_768), 'it has 65536 bytes, the column holds 65535'],
  ['mediumtext', 'x'.repeat(16_777_216), 'it has 16777216 bytes, the column holds 16777215'],
  ['int', 'abc', 'it is not a number'],
  ['int', '', 'it is not a number'],
  ['int', ' 1', 'it is not a number'],
  ['int', '-', 'it is not a number'],
  ['int', '.', 'it is not a number'],
  ['int', 'e5', 'it is not a number'],
  ['int', '0x10', 'it is not a number'],
  ['int', '1,000', 'it is not a number'],
  ['int', '١', 'it is not a number'],
  ['int', true, 'it is not a number'],
  ['int', {}, 'it is not a number'],
  ['int', Number.NaN, 'it is not a number'],
  ['int', '1.5', 'it is not a whole number'],
  ['int', 1e-7, 'it is not a whole number'],
  ['int', '2147483648', 'it is out of range'],
  ['int', '-2147483649', 'it is out of range'],
  ['int', '1e999999', 'it is out of range'],
  ['bigint', '9223372036854775808', 'it is out of range'],
  ['decimal(5,2)', '1234', 'it has more than 3 digits before the point'],
  ['decimal(5,2)', '999.995', 'it has more than 2 decimals'],
  ['decimal(5,2)', '1e-3', 'it has more than 2 decimals'],
  ['decimal(5,2)', '1e400', 'it has more than 3 digits before the point'],
  ['decimal(2,2)', '1', 'it has more than 0 digits before the point'],
  ['decimal(5,2)', 'NaN', 'it is not a number'],
  ['double', '1e400', 'it is out of range'],
  ['double', '-1e400', 'it is out of range'],
  ['double', 'Infinity', 'it is not a number'],
  ['double', '1e-400', 'a double would round it; use decimal or varchar'],
  ['double', '0.1000000000000000055', 'a double would round it; use decimal or varchar'],
  ['double', '9007199254740993', 'a double would round it; use decimal or varchar'],
  ['double', '12345678901234567890', 'a double would round it; use decimal or varchar'],
  ['boolean', 1, 'it is neither true nor false'],
  ['boolean', 'TRUE', 'it is neither true nor false'],
  ['boolean', '', 'it is neither true nor false'],
  ['date', '2019-02-29', 'there is no such day'],
  ['date', '1900-02-29', 'there is no such day'],
  ['date', '2018-11-31', 'there is no such day'],
  ['date', '0000-01-01', 'there is no such day'],
  ['date', '2018-00-10', 'there is no such day'],
  ['date', '2018-13-10', 'there is no such day'],
  ['date', '2018-11-00', 'there is no such day'],
  ['date', '2018-11-16T00:00:00.001', 'it has a time of day; use datetime'],
  ['date', '16.11.2018', 'it is not a timestamp'],
  ['date', 1542326400000, 'it is not a timestamp'],
  ['datetime', '2018-11-16T24:00:00.000', 'there is no such time'],
  ['datetime', '2018-11-16T23:60:00', 'there is no such time'],
  ['datetime', '2018-11-16T23:59:60', 'there is no such time'],
  ['datetime', '2018-11-16T00:00:00.0001', 'it has more than three decimals of a second'],
  ['datetime', '2018-11-16T00:00:00+01:00', 'it is not a timestamp'],
  ['datetime', '2018-11-16T00:00:00.000z', 'it is not a timestamp'],
  ['datetime', '12018-11-16T00:00:00', 'it is not a timestamp'],
  ['datetime', '', 'it is not a timestamp'],
]

describe('a value that fits its column', () => {
  it.each(ACCEPTED)('%s takes %j', (type, sent, stored) => {
    expect(encoder(type)(sent)).toBe(stored)
  })

  it.each(['varchar(5)', 'text', 'int', 'decimal(5,2)', 'double', 'boolean', 'date', 'datetime', 'json'])(
    '%s takes null and an absent field for NULL',
    (type) => {
      expect(encoder(type)(null)).toBeNull()
      expect(encoder(type)(undefined)).toBeNull()
    },
  )
})

describe('a value that does not fit its column', () => {
  it.each(REFUSED)('%s refuses %j: %s', (type, sent, why) => {
    expect(() => encoder(type)(sent)).toThrow(why)
  })

  it.each(['varchar(5)', 'int', 'json'])('%s with "null: false" refuses null and an absent field', (type) => {
    for (const sent of [null, undefined])
      expect(() => encoder(type, false)(sent)).toThrow(
        'the column is "null: false" and the portal sent no value',
      )
  })
})
