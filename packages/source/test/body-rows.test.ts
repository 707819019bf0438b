import { isDeepStrictEqual } from 'node:util'
import { isFault } from '@gather/platform'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBodyRows } from '../src/body-rows.ts'
import { anyBody, anyDamage, anyPieces, damageBody, writeRows } from './hostile-bodies.ts'

const URL_ASKED = new URL('https://x.org/resource/abcd-1234.json')
const INVALID = { name: 'Fault', code: 'SOURCE_BODY_INVALID', kind: 'transient' }

const read = (body: string | Buffer, limit = 1_000, fields: readonly string[] = [':id', 'a']) =>
  readBodyRows(URL_ASKED, Buffer.from(body), { fields, limit })
const readAll = (body: string | Buffer, limit?: number) => [...read(body, limit)]

/** What a body holds by the language's own decoder and parser; undefined where it is no page. */
function parseWhole(bytes: Buffer, limit: number): readonly unknown[] | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return Array.isArray(json) && json.length <= limit && json.every(isObject) ? json : undefined
  } catch {
    return undefined
  }
}

const isObject = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item)

/** All rows; undefined where the body is refused as it should be. Anything else throws. */
function readOrRefuse(bytes: Buffer, limit: number): readonly unknown[] | undefined {
  try {
    const rows = readBodyRows(URL_ASKED, bytes, { fields: [], limit })
    const all = [...rows]
    if (all.length !== rows.length) throw new Error(`${rows.length} rows were said, ${all.length} came`)
    return all
  } catch (error) {
    if (!isFault(error) || error.code !== INVALID.code || error.kind !== INVALID.kind) throw error
    return undefined
  }
}

/** Which bodies were a page, and which none: a property that only ever sees one of them shows nothing. */
class Verdicts {
  pages = 0
  refused = 0

  compare(bytes: Buffer, limit: number): void {
    const expected = parseWhole(bytes, limit)
    const rows = readOrRefuse(bytes, limit)
    expect(isDeepStrictEqual(rows, expected), `limit ${limit}: ${bytes.toString('latin1')}`).toBe(true)
    if (expected === undefined) this.refused += 1
    else this.pages += 1
  }
}

describe('the rows of a body', () => {
  it("are the JSON parser's, however they are written, and each time that they are gone through", () => {
    const property = fc.property(anyBody, ({ rows, form }) => {
      const text = writeRows(rows, form)
      const found = read(text)
      const expected: unknown[] = JSON.parse(text)
      expect(found.length).toBe(expected.length)
      expect(isDeepStrictEqual([...found], expected), text).toBe(true)
      expect(isDeepStrictEqual([...found], expected), text).toBe(true)
    })
    fc.assert(property, { numRuns: 1_000, seed: 42 })
  })

  it('of a damaged body are a page where the whole of it is one to the JSON parser, and nowhere else', () => {
    const verdicts = new Verdicts()
    const damages = fc.array(anyDamage, { minLength: 1, maxLength: 3 })
    const property = fc.property(anyBody, damages, fc.integer({ min: -1, max: 2 }), (body, each, spare) => {
      const whole = Buffer.from(writeRows(body.rows, body.form))
      verdicts.compare(each.reduce(damageBody, whole), Math.max(0, body.rows.length + spare))
    })
    fc.assert(property, { numRuns: 3_000, seed: 42 })
    expect(verdicts.pages).toBeGreaterThan(200)
    expect(verdicts.refused).toBeGreaterThan(1_000)
  })

  it('of any sequence of pieces of JSON are a page where it is one to the JSON parser, and nowhere else', () => {
    const verdicts = new Verdicts()
    const property = fc.property(anyPieces, (bytes) => verdicts.compare(bytes, 3))
    fc.assert(property, { numRuns: 5_000, seed: 42 })
    expect(verdicts.pages).toBeGreaterThan(200)
    expect(verdicts.refused).toBeGreaterThan(1_000)
  })

  it('are the same for every byte of a body that is another, is missing or is the last', () => {
    const verdicts = new Verdicts()
    const whole = Buffer.from('[{"é\\"":"]}\\\\","b":[{"c":null}]}\n,{"d":-1.5e3}]\n')
    for (let at = 0; at < whole.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        verdicts.compare(damageBody(whole, { kind: 'replaced', at, byte, span: 1 }), 2)
      }
      verdicts.compare(damageBody(whole, { kind: 'deleted', at, byte: 0, span: 1 }), 2)
      verdicts.compare(damageBody(whole, { kind: 'cut', at, byte: 0, span: 1 }), 2)
    }
    expect(verdicts.pages).toBeGreaterThan(whole.length)
    expect(verdicts.refused).toBeGreaterThan(whole.length)
  })
})

describe('a body that is a page', () => {
  it.each([
    ['an empty array', '[]', []],
    ['an empty array with space in it', ' [ \n ]\t', []],
    ['a byte order mark in front', '\ufeff[{"a":1}]', [{ a: 1 }]],
    ['space in front, behind and between', ' \t\r\n[ {"a":1}\r\n,\t{ } ] \n\r\t', [{ a: 1 }, {}]],
    ['brackets, quotes and backslashes in texts', '[{"}],[{":"\\"}]\\\\"},{"a\\\\":"\\\\\\""}]', undefined],
    ['escapes that nobody needs', '[{"\\u0022\\/":"\\u005c\\ud83d\\ude00\\ud800"}]', undefined],
    ['numbers of all forms', '[{"a":[-0,1E5,1.50e+2,1e-7,1e400,12345678901234567890]}]', undefined],
    ['a key twice', '[{"a":1,"a":2}]', [{ a: 2 }]],
    ['a byte order mark in a text', '[{"a":"\ufeff"},{"\ufeff":1}]', [{ a: '\ufeff' }, { '\ufeff': 1 }]],
    ['characters of every length', '[{"a":"é漢😀\u07ff\uffff\u{10ffff}\x7f\u2028"}]', undefined],
  ])('has %s', (_case, body, expected) => {
    const rows = read(body)
    const parsed: unknown[] = JSON.parse(body.replace(/^\ufeff/, ''))
    expect([...rows]).toStrictEqual(expected ?? parsed)
    expect(rows.length).toBe(parsed.length)
  })

  it.each([1, 63, 64, 65, 128, 129, 1_000])('has %i rows where as many were asked for', (rowCount) => {
    const sent = Array.from({ length: rowCount }, (_, index) => ({ ':id': `row-${index}`, name: 'Zoë' }))
    const rows = read(JSON.stringify(sent), rowCount)
    expect(rows.length).toBe(rowCount)
    expect([...rows]).toEqual(sent)
    expect(() => readAll(JSON.stringify(sent), rowCount - 1)).toThrow(expect.objectContaining(INVALID))
  })

  it('keeps a key named __proto__ as data', () => {
    const [row] = readAll('[{"__proto__":{"polluted":"yes"}}]')
    expect(Object.keys(row ?? {})).toEqual(['__proto__'])
    expect(row).not.toHaveProperty('polluted')
  })
})

describe('a body that is none', () => {
  const refused: readonly (readonly [string, string | Buffer])[] = [
    ['nothing', ''],
    ['space', ' \n'],
    ['an object', '{}'],
    ['the end of an array', ']'],
    ['no comma between rows', '[{}{}]'],
    ['two commas between rows', '[{},,{}]'],
    ['a comma behind the last row', '[{},]'],
    ['a comma in front of the first row', '[,{}]'],
    ['something behind the array', '[{}] x'],
    ['a second array', '[{}][{}]'],
    ['a second end', '[{}]]'],
    ['a byte order mark behind the array', '[{}]\ufeff'],
    ['two byte order marks', '\ufeff\ufeff[{}]'],
    ['a space that JSON does not know', '[{},\u00a0{}]'],
    ['numbers', '[1,2]'],
    ['arrays', '[[],[]]'],
    ['texts', '["{}"]'],
    ['a null behind a row', '[{},null]'],
    ['a number in front of a row', '[1,{}]'],
    ['no end of the array', '[{},{}'],
    ['a row without its end', '[{"a":1},{"b":2]'],
    ['a row that ends as an array does', '[{"a":1],{"b":2}]'],
    ['an array in a row that ends as a row does', '[{"a":[1}]'],
    ['rows that close one another', '[{"a":{},{"b":1}}]'],
    ['a text without its end', '[{"a":"b}]'],
    ['a text that ends in a backslash', '[{"a":"\\'],
    ['a row that holds no members', '[{1}]'],
    ['a line end within a text', '[{"a":"\n"}]'],
    ['an escape that JSON does not know', '[{"a":"\\x"}]'],
    ['a number that JSON does not know', '[{"a":01}]'],
    ['invalid UTF-8 within a text', Buffer.from('5b7b2261223a22c328227d5d', 'hex')],
    ['a surrogate in UTF-8 within a text', Buffer.from('5b7b2261223a22eda080227d5d', 'hex')],
    ['half a character at the end of a text', Buffer.from('5b7b2261223a22e6bc227d5d', 'hex')],
  ]

  it.each(refused)('has %s', (_case, body) => {
    expect(parseWhole(Buffer.from(body), 1_000)).toBeUndefined()
    expect(() => readAll(body)).toThrow(expect.objectContaining(INVALID))
  })

  it('is refused for a row when that is reached, each time, and is not quoted', () => {
    const sent = Array.from({ length: 100 }, (_, index) => (index === 70 ? '{"secret"}' : '{"a":1}'))
    const rows = read(`[${sent.join(',')}]`)
    expect(rows.length).toBe(100)
    for (let time = 1; time <= 2; time++) {
      const reached: unknown[] = []
      const goThrough = () => {
        for (const row of rows) reached.push(row)
      }
      const message = expect.stringMatching(/^(?!.*secret).*near row 64$/)
      expect(goThrough).toThrow(expect.objectContaining({ ...INVALID, message }))
      expect(reached).toHaveLength(64)
    }
  })

  it('is refused at once where it is no array of rows, or has too many', () => {
    for (const body of ['{}', '[1]', '[{}', '[{},]', '[{},{},{}]'])
      expect(() => read(body, 2), body).toThrow(expect.objectContaining(INVALID))
  })
})
