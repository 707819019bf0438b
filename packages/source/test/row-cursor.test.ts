import { isDeepStrictEqual } from 'node:util'
import { isFault } from '@gather/platform'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RowCursor, readBodyRows, type SourceRow } from '../src/index.ts'
import { anyBody, anyDamage, anyPieces, damageBody, writeRows } from './hostile-bodies.ts'

const URL_ASKED = new URL('https://x.org/resource/abcd-1234.json')
const PLAIN = /^[ !#-[\]-\x7f]*$/
const LIMIT = 1_000

const read = (body: string | Buffer, fields: readonly string[]) =>
  readBodyRows(URL_ASKED, Buffer.from(body), { fields, limit: LIMIT })

/** Row by row the values of a cursor, after a look at those that it calls plain. */
function valuesOf(cursor: RowCursor): unknown[][] {
  const rows: unknown[][] = []
  while (cursor.next()) {
    rows.push(cursor.fields.map((_name, field) => cursor.value(field)))
    for (const [field, isPlain] of cursor.isPlain.entries()) {
      if (isPlain !== 1) continue
      const span = cursor.bytes.subarray(cursor.starts[field], cursor.ends[field])
      expect(Buffer.from(span).toString()).toBe(cursor.value(field))
      expect(cursor.value(field)).toMatch(PLAIN)
    }
  }
  return rows
}

/** The same values by way of the rows as objects. */
const pick = (rows: Iterable<SourceRow>, fields: readonly string[]): unknown[][] =>
  Array.from(rows, (row) => fields.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined)))

/** What `way` gives, or the code of its fault. */
function outcomeOf(way: () => unknown): unknown {
  try {
    return way()
  } catch (error) {
    if (!isFault(error)) throw error
    return error.code
  }
}

/** Both ways through a body say the same, be it values or that it is broken. */
class Comparison {
  cursors = 0
  refused = 0

  compare(bytes: Buffer, fields: readonly string[]): void {
    const rows = outcomeOf(() => read(bytes, fields)) as ReturnType<typeof read> | string
    if (typeof rows === 'string' || rows.cursor === undefined) return
    const { cursor } = rows
    const found = outcomeOf(() => valuesOf(cursor()))
    const expected = outcomeOf(() => pick(rows, fields))
    const shown = `${JSON.stringify(fields)} of ${bytes.toString('latin1')}`
    expect(isDeepStrictEqual(found, expected), shown).toBe(true)
    if (typeof expected === 'string') this.refused += 1
    else this.cursors += 1
  }
}

const keysOf = (rows: readonly object[]): string[] => [...new Set(rows.flatMap(Object.keys))]

/** A body with fields to ask for: all of its keys or most, in any order, and one that it does not have. */
const anyQuestion = anyBody.chain((body) => {
  const keys = keysOf(body.rows)
  const most = fc.shuffledSubarray([...keys, 'none'], { minLength: Math.max(0, keys.length - 1) })
  return fc.record({ body: fc.constant(body), fields: most })
})

describe('a cursor over the rows of a body', () => {
  it('gives the values of the JSON parser, however they are written', () => {
    const comparison = new Comparison()
    const property = fc.property(anyQuestion, ({ body, fields }) => {
      comparison.compare(Buffer.from(writeRows(body.rows, body.form)), fields)
    })
    fc.assert(property, { numRuns: 1_000, seed: 42 })
    expect(comparison.cursors).toBeGreaterThan(300)
    expect(comparison.refused).toBe(0)
  })

  it('refuses a damaged body where the JSON parser does, and nowhere else', () => {
    const comparison = new Comparison()
    const damages = fc.array(anyDamage, { minLength: 1, maxLength: 2 })
    const property = fc.property(anyQuestion, damages, ({ body, fields }, each) => {
      const whole = Buffer.from(writeRows(body.rows, body.form))
      comparison.compare(each.reduce(damageBody, whole), fields)
    })
    fc.assert(property, { numRuns: 2_000, seed: 42 })
    expect(comparison.cursors).toBeGreaterThan(100)
    expect(comparison.refused).toBeGreaterThan(100)
  })

  it('does so for any sequence of pieces of JSON', () => {
    const comparison = new Comparison()
    fc.assert(
      fc.property(anyPieces, (bytes) => comparison.compare(bytes, ['a'])),
      { numRuns: 5_000, seed: 42 },
    )
    expect(comparison.cursors).toBeGreaterThan(50)
    expect(comparison.refused).toBeGreaterThan(20)
  })

  it('does so for every byte of a body that is another, is missing or is the last', () => {
    const comparison = new Comparison()
    const rows = ['{"a":"x y","b":-1.5e3}', '{"b":[{}],"d":true}', '{"a":"é\\n"}']
    const whole = Buffer.from(`[${rows.join('\n,')}]\n`)
    for (let at = 0; at < whole.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        comparison.compare(damageBody(whole, { kind: 'replaced', at, byte, span: 1 }), ['a', 'b', 'd'])
      }
      comparison.compare(damageBody(whole, { kind: 'deleted', at, byte: 0, span: 1 }), ['a', 'b', 'd'])
    }
    expect(comparison.cursors).toBeGreaterThan(whole.length)
    expect(comparison.refused).toBeGreaterThan(whole.length)
  })

  it.each([
    ['a row without fields', '[{},{"a":"1"}]', [[undefined], ['1']]],
    ['a null', '[{"a":null}]', [[null]]],
    ['a key twice', '[{"a":"1","a":"2"},{"a":"3"}]', [['2'], ['3']]],
    ['a key that is escaped', '[{"\\u0061":"1"},{"a":"2"}]', [['1'], ['2']]],
    ['a key twice, once escaped', '[{"a":"1","\\u0061":"2"},{"a":"3"}]', [['2'], ['3']]],
    ['a field that was not asked for', '[{"b":{"a":"0"}},{"a":"1"}]', [[undefined], ['1']]],
    ['an object of no prototype', '[{"a":{"__proto__":1}}]', [[JSON.parse('{"__proto__":1}')]]],
  ])('has %s', (_what, body, values) => {
    const { cursor } = read(body, ['a'])
    expect(cursor === undefined ? undefined : valuesOf(cursor())).toStrictEqual(values)
  })

  it('starts anew each time, and says the row that is broken', () => {
    const { cursor } = read('[{"a":"1"},{"a":"secret\\x"}]', ['a'])
    for (let time = 1; time <= 2; time++) {
      const rows = cursor?.()
      expect(rows?.next()).toBe(true)
      const message = expect.stringMatching(/^(?!.*secret).*near row 1$/)
      expect(() => rows?.next()).toThrow(expect.objectContaining({ code: 'SOURCE_BODY_INVALID', message }))
    }
  })
})

describe('rows whose keys surprise', () => {
  const names = Array.from({ length: 20 }, (_, index) => `field_${index}`)

  it('are read by a cursor where their order is not the one asked for, but steady', () => {
    const sent = Array.from({ length: 900 }, (_, row) =>
      Object.fromEntries(names.flatMap((name, index) => ((row + index) % 3 === 0 ? [] : [[name, `${row}`]]))),
    )
    const fields = [...names].reverse()
    const { cursor } = read(JSON.stringify(sent), fields)
    expect(cursor === undefined ? undefined : valuesOf(cursor())).toEqual(pick(sent, fields))
  })

  it('are parsed whole where they have more fields than were asked for', () => {
    const sent = Array.from({ length: 900 }, (_, row) => ({ a: `${row}`, b: '' }))
    const rows = read(JSON.stringify(sent), ['a'])
    expect(rows.cursor).toBeUndefined()
    expect([...rows]).toEqual(sent)
  })

  it('are parsed whole once the order has changed too often', () => {
    const sent = Array.from({ length: 900 }, (_, row) =>
      Object.fromEntries(
        row % 2 === 0 ? names.map((name) => [name, '']) : names.toReversed().map((name) => [name, '']),
      ),
    )
    const rows = read(JSON.stringify(sent), names)
    expect(rows.cursor).toBeUndefined()
    expect([...rows]).toEqual(sent)
  })
})

describe('keys that are escaped', () => {
  const escaped = [
    '{"a":1,"\\\\":2}',
    '{"a":1,"\\t":2}',
    '{"a":1,"\\u0000":{"b":[{"c":1,"\\\\":0},{"c":1,"\\n":0}]}}',
  ]
  const expected = [
    { a: 1, '\\': 2 },
    { a: 1, '\t': 2 },
    {
      a: 1,
      '\0': {
        b: [
          { c: 1, '\\': 0 },
          { c: 1, '\n': 0 },
        ],
      },
    },
  ]

  it('are those that were sent, though the parser takes one for another', () => {
    const { cursor } = read(`[${escaped.map((value) => `{"v": ${value} }`).join(',')}]`, ['v'])
    expect(cursor === undefined ? undefined : valuesOf(cursor())).toStrictEqual(
      expected.map((value) => [value]),
    )
    expect([...read(`[${escaped.join(', ')}]`, ['a'])]).toStrictEqual(expected)
  })
})
