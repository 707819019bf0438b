import type { Fault } from '@gather/platform'
import { describe, expect, it } from 'vitest'
import { encodePage } from '../src/index.ts'
import { fieldsOf } from './page-fields.ts'
import { topicOf } from './topic-of.ts'

const topic = topicOf({
  name: { type: 'varchar(5)' },
  n: { type: 'int' },
  d: { type: 'decimal(20,4)' },
  x: { type: 'double' },
  t: { type: 'datetime' },
  j: { type: 'json' },
})

function encode(fields: Readonly<Record<string, unknown>>) {
  return encodePage(topic, [{ ':id': 'row-1', ':updated_at': null, ...fields }], 1)
}

function refuse(fields: Readonly<Record<string, unknown>>): Fault {
  try {
    encode(fields)
  } catch (error) {
    return error as Fault
  }
  throw new Error('nothing was refused')
}

const UNFIT = { name: 'Fault', code: 'VALUE_UNFIT', kind: 'terminal' }
const nest = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

describe('a value made to take for ever', () => {
  const million = 1_000_000
  it.each([
    ['zeros inside a number', `1${'0'.repeat(million)}1`],
    ['zeros after the point', `0.${'0'.repeat(million)}1`],
    ['digits and a letter', `${'1'.repeat(million)}x`],
    ['zeros and a letter', `${'0'.repeat(million)}x`],
    ['points', '.'.repeat(million)],
    ['signs', '+'.repeat(million)],
    ['exponents', '1e'.repeat(million / 2)],
    ['characters', '😀'.repeat(million / 2)],
  ])('a million %s are refused, in every column, in a message of one line', (_case, text) => {
    for (const column of ['name', 'n', 'd', 't']) {
      const fault = refuse({ [column]: text })
      expect(fault).toMatchObject(UNFIT)
      expect(fault.message.length).toBeLessThan(500)
    }
  })

  it('is taken where it is a number after all', () => {
    const zeros = '0'.repeat(million)
    expect(fieldsOf(encode({ n: `${zeros}7`, d: `1.${zeros}`, x: `${zeros}.5${zeros}` }))[0]).toEqual(
      expect.arrayContaining(['7', '1.0000', '0.5']),
    )
  })

  it('is not copied when it has a hundred million characters', () => {
    const text = Buffer.alloc(100_000_000, 'x').toString('latin1')
    const before = process.memoryUsage().rss
    expect(refuse({ name: text })).toMatchObject(UNFIT)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })
})

describe('a value nested too deeply', () => {
  it.each([101, 20_000, 1_000_000])('%i levels are refused in a column of JSON', (depth) => {
    expect(refuse({ j: nest(depth) })).toMatchObject({
      ...UNFIT,
      message: expect.stringContaining('it is nested more than 100 levels deep'),
    })
  })

  it('is refused in any other column too', () => {
    for (const column of ['name', 'n', 'd', 'x', 't'])
      expect(refuse({ [column]: nest(20_000) })).toMatchObject(UNFIT)
    expect(refuse({ ':id': nest(20_000) })).toMatchObject({ code: 'SOURCE_ROW_ID' })
  })

  it('is taken up to a hundred levels', () => {
    expect(fieldsOf(encode({ j: nest(100) }))[0]?.[6]).toBe(`${'['.repeat(100)}${']'.repeat(100)}`)
  })
})

describe('names that every object has', () => {
  const inherited = topicOf({
    constructor: { type: 'varchar(5)' },
    other: { from: '__proto__', type: 'json' },
  })
  const rowOf = (json: string) => encodePage(inherited, [JSON.parse(json)], 1)

  it('are NULL where the portal sent none, in the row and in the digest', () => {
    const absent = rowOf('{":id":"row-1",":updated_at":null}')
    expect(fieldsOf(absent)[0]).toEqual(['1', null, null, 'row-1', null])
    const sent = rowOf('{":id":"row-1",":updated_at":null,"constructor":null,"__proto__":null}')
    expect(sent).toEqual(absent)
  })

  it('are values like any other where it sent them', () => {
    const sent = rowOf('{":id":"row-1",":updated_at":null,"constructor":"x","__proto__":{"a":1}}')
    expect(fieldsOf(sent)[0]).toEqual(['1', 'x', '{"a":1}', 'row-1', null])
  })

  it('do no harm inside a value that has to be shown', () => {
    const hostile = JSON.parse('{"toString":1,"valueOf":1,"toJSON":1,"__proto__":{"x":1}}')
    for (const column of ['name', 'n', 'd', 'x', 't'])
      expect(refuse({ [column]: hostile })).toMatchObject(UNFIT)
    expect(refuse({ ':id': hostile })).toMatchObject({ code: 'SOURCE_ROW_ID' })
    expect(refuse({ ':id': hostile, n: 'x' })).toMatchObject(UNFIT)
  })
})

describe('a JSON number that may have lost digits', () => {
  it.each([
    ['n', '9007199254740993'],
    ['d', '12345678901234.5678'],
    ['d', '9007199254740993'],
    ['d', '0.30000000000000004'],
    ['name', '9007199254740993'],
    ['name', '1e400'],
    ['j', '{"a":[1e400]}'],
    ['j', '-1e999'],
  ])('is refused in column %s: %s', (column, json) => {
    expect(refuse({ [column]: JSON.parse(json) })).toMatchObject(UNFIT)
  })

  it.each([
    ['n', '-12'],
    ['d', '1234567890.1234'],
    ['d', '123456789012345'],
    ['x', '0.30000000000000004'],
    ['x', '9007199254740992'],
    ['j', '{"a":[0.1,1e300,null]}'],
  ])('is taken in column %s where it is exact: %s', (column, json) => {
    expect(fieldsOf(encode({ [column]: JSON.parse(json) }))).toHaveLength(1)
  })
})
