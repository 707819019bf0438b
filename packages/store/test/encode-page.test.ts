import { crc32 } from 'node:zlib'
import { Fault } from '@gather/platform'
import { describe, expect, it } from 'vitest'
import { encodePage } from '../src/index.ts'
import { fieldsOf } from './page-fields.ts'
import { topicOf } from './topic-of.ts'

const topic = topicOf({
  name: { type: 'varchar(5)', null: false },
  n: { type: 'decimal(4,1)' },
  t: { from: 'when', type: 'datetime' },
})
const row = (more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'one',
  n: '1.5',
  when: '2020-01-02T03:04:05.678',
  ':id': 'row-1',
  ':updated_at': '2021-01-01T00:00:00.000Z',
  ...more,
})
const faultOf = (work: () => unknown): Fault => {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was refused')
}
const digest = (text: string) => String(crc32(text))

describe('encoding a page', () => {
  it('writes key, columns in the order of the topic, row id and time of the last change', () => {
    const rows = [row(), row({ ':id': 'row-2', n: null, when: undefined, ':updated_at': null })]
    expect(fieldsOf(encodePage(topic, rows, 41))).toEqual([
      ['41', 'one', '1.5', '2020-01-02 03:04:05.678', 'row-1', '2021-01-01 00:00:00.000'],
      ['42', 'one', null, null, 'row-2', null],
    ])
  })

  it('ignores fields that the topic does not name, and the order of those it does', () => {
    const other = {
      extra: 'x',
      ':updated_at': null,
      ':id': 'row-1',
      when: null,
      n: 2,
      name: 'one',
      __proto__: null,
    }
    expect(fieldsOf(encodePage(topic, [other], 1))).toEqual([['1', 'one', '2.0', null, 'row-1', null]])
  })

  it('a page without rows has no bytes and the digest 0', () => {
    expect(encodePage(topic, [], 1)).toEqual({ rowCount: 0, body: Buffer.alloc(0), digestSum: '0' })
  })

  it('makes the digest of length and text of each column, N for NULL, and adds up the rows', () => {
    const first = '3:one3:1.523:2020-01-02 03:04:05.6785:row-123:2021-01-01 00:00:00.000'
    expect(encodePage(topic, [row()], 1).digestSum).toBe(digest(first))
    const second = '2:éNN5:row-2N'
    const rows = [row(), row({ name: 'é', n: null, when: null, ':id': 'row-2', ':updated_at': null })]
    expect(encodePage(topic, rows, 1).digestSum).toBe(String(crc32(first) + crc32(second)))
  })

  it('gives one value written in several ways one digest', () => {
    const sum = (more: Readonly<Record<string, unknown>>) => encodePage(topic, [row(more)], 1).digestSum
    for (const n of [1.5, '1.50', '+1.5', '15e-1', '01.5']) expect(sum({ n })).toBe(sum({}))
    for (const when of ['2020-01-02 03:04:05.678', '2020-01-02T03:04:05.678Z', '2020-01-02T03:04:05.678000'])
      expect(sum({ when })).toBe(sum({}))
    expect(sum({ n: '-0' })).toBe(sum({ n: 0 }))
  })

  it('takes a zero with an absurd exponent in no time', () => {
    const rows = Array.from({ length: 1_000 }, () => row({ n: '0e999999' }))
    expect(fieldsOf(encodePage(topic, rows, 1))[0]?.[2]).toBe('0.0')
  })
})

describe('a value that does not fit', () => {
  it('is reported with row, column, value, reason and what to change', () => {
    const fault = faultOf(() => encodePage(topic, [row(), row({ ':id': 'row-2', n: 'abc' })], 1))
    expect(fault).toMatchObject({
      code: 'VALUE_UNFIT',
      kind: 'terminal',
      context: { rowId: 'row-2', column: 'n' },
    })
    expect(fault.message).toBe(
      `row row-2: column n can't hold "abc": it is not a number; change the column's type in the topic file`,
    )
  })

  it('is named by its column in the topic file, and shown as null where there is none', () => {
    expect(faultOf(() => encodePage(topic, [row({ when: '2020' })], 1)).message).toContain('column t')
    expect(faultOf(() => encodePage(topic, [row({ name: undefined })], 1)).message).toContain(
      "can't hold null",
    )
  })

  it('is shortened in the message when it is long', () => {
    const { message } = faultOf(() => encodePage(topic, [row({ name: 'x'.repeat(5_000) })], 1))
    expect(message).toContain('… (5000 characters): it has 5000 characters, the column holds 5')
    expect(message.length).toBeLessThan(400)
  })

  it('hides no line end in the message', () => {
    expect(faultOf(() => encodePage(topic, [row({ name: 'a\nb\u0000cdef' })], 1)).message).not.toMatch(
      /[\n\0]/,
    )
  })

  it.each([undefined, null, '', 7, 'two words', 'röw', 'x'.repeat(41), 'a\tb', {}])(
    'a row id such as %j is refused',
    (id) => {
      const fault = faultOf(() => encodePage(topic, [row({ ':id': id })], 1))
      expect(fault).toMatchObject({ code: 'SOURCE_ROW_ID', kind: 'terminal' })
    },
  )
})
