import { describe, expect, it } from 'vitest'
import {
  type FaultFunction,
  type FaultRequest,
  FaultTextError,
  namedFaults,
  parseFault,
} from '../src/index.ts'

function requestOf(target: string): FaultRequest {
  const { pathname: path, searchParams: query } = new URL(target, 'http://portal.invalid')
  return { path, query, target, requestIndex: 0, timeMs: 0, headers: {} }
}

/** The 1-based numbers of the requests that a fault strikes. */
function struck(fault: FaultFunction, count: number, target = '/resource/jguv-t9rb.json') {
  return Array.from({ length: count }, (_, index) => index + 1).filter(
    () => fault(requestOf(target)) !== undefined,
  )
}

describe('when a fault strikes', () => {
  it.each([
    ['hang', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['hang every=5', [5, 10]],
    ['hang first=3', [1, 2, 3]],
    ['hang once', [1]],
    ['hang after=10', [11, 12]],
    ['hang after=10 once', [11]],
    ['hang after=2 every=4', [6, 10]],
    ['hang every=3 first=2', [3, 6]],
    ['hang after=0 every=1 first=1', [1]],
    ['hang chance=1', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['  hang   every=6 ', [6, 12]],
  ])('%s', (text, expected) => {
    expect(struck(parseFault(text), 12)).toEqual(expected)
  })

  it('depends on the path, and requests to other paths are not counted', () => {
    const fault = parseFault('hang path=resource every=2')
    expect(struck(fault, 1)).toEqual([])
    expect(struck(fault, 5, '/api/views/jguv-t9rb')).toEqual([])
    expect(struck(fault, 1)).toEqual([1])
  })

  it('depends on the query as it is meant, however it is written', () => {
    const fault = parseFault('hang query=$select=count(')
    expect(struck(fault, 1, '/x?$select=count(*)')).toEqual([1])
    expect(struck(fault, 1, '/x?%24select=count%28*%29+as+n')).toEqual([1])
    expect(struck(fault, 1, '/x?%24select=species&$limit=count(')).toEqual([])
  })

  it('depends with a chance on the seed and the text alone', () => {
    const strikes = (text: string, seed: number) => struck(parseFault(text, { seed }), 1000)
    const some = strikes('hang chance=0.1', 7)
    expect(some.length).toBeGreaterThan(50)
    expect(some.length).toBeLessThan(200)
    expect(strikes('hang chance=0.1', 7)).toEqual(some)
    expect(strikes('hang chance=0.1', 8)).not.toEqual(some)
    expect(strikes('hang chance=.1', 7)).not.toEqual(some)
  })

  it('counts anew for each that is made of the same text', () => {
    const text = 'hang once'
    expect([struck(parseFault(text), 3), struck(parseFault(text), 3)]).toEqual([[1], [1]])
  })
})

const WHEN = 'path=, query=, after=, every=, chance=, first=, once'

describe('a fault that is written wrongly', () => {
  it.each([
    ['', '"" is no fault; allowed are throttle, error, processing, '],
    ['throtle', '"throtle" is no fault; allowed are throttle, error, processing, '],
    ['hang 5', `fault hang has no option "5"; allowed are ${WHEN}`],
    ['hang at=5', `fault hang has no option "at=5"; allowed are ${WHEN}`],
    ['hang twice', `fault hang has no option "twice"; allowed are ${WHEN}`],
    ['hang toString=1', `fault hang has no option "toString=1"; allowed are ${WHEN}`],
    ['hang =1', `fault hang has no option "=1"; allowed are ${WHEN}`],
    ['cap', 'fault cap needs rows=, a whole number, 0 or more'],
    ['cap rows=1 rows=2', 'fault cap: rows is given twice'],
    ['hang once first=2', 'fault hang: first is given twice'],
    ['hang every=0', 'fault hang: every must be a whole number, 1 or more, not "0"'],
    ['hang every=', 'fault hang: every must be a whole number, 1 or more, not ""'],
    ['hang first=1.5', 'fault hang: first must be a whole number, 1 or more, not "1.5"'],
    ['hang chance=0', 'fault hang: chance must be a number above 0 and at most 1, such as 0.1, not "0"'],
    ['hang chance=2', 'fault hang: chance must be a number above 0 and at most 1, such as 0.1, not "2"'],
    ['hang path=', 'fault hang: path must be a text, not ""'],
    ['error status=200', 'fault error: status must be a whole number from 400 to 599, not "200"'],
    [
      'cut at=x',
      'fault cut: at must be a number of bytes, negative from the end, or a share such as 50%, not "x"',
    ],
    [
      'cut at=101%',
      'fault cut: at must be a number of bytes, negative from the end, or a share such as 50%, not "101%"',
    ],
    ['cut form=br', 'fault cut: form must be one of asked, raw, gzip, not "br"'],
    [
      'redirect to=/x',
      'fault redirect: to must be same, or an origin such as http://127.0.0.1:9000, not "/x"',
    ],
    [
      'redirect to=ftp://x',
      'fault redirect: to must be same, or an origin such as http://127.0.0.1:9000, not "ftp://x"',
    ],
    ['redirect status=304', 'fault redirect: status must be one of 301, 302, 303, 307, 308, not "304"'],
    ['rename-column name=a', 'fault rename-column needs to=, an API name such as zip_code'],
    ['remove-column name=A', 'fault remove-column: name must be an API name such as zip_code, not "A"'],
    [
      'add-column name=a type=int',
      `fault add-column: type must be a portal's type such as text, number, checkbox`,
    ],
    ['replica lag=5', 'fault replica: lag must be a whole number from 1 to 4, not "5"'],
    ['header name=a:b value=1', 'fault header: name must be the name of a header, not "a:b"'],
  ])('"%s" is refused with what is allowed', (text, sentence) => {
    const parse = () => parseFault(text)
    expect(parse).toThrow(FaultTextError)
    expect(parse).toThrow(sentence)
  })
})

describe('the table of faults', () => {
  it('names each once, in one line, with an example that can be used', () => {
    expect(new Set(namedFaults.map(({ name }) => name)).size).toBe(namedFaults.length)
    for (const { name, summary, example } of namedFaults) {
      expect(summary).toMatch(/^[^\n]{10,200}$/)
      expect(example.split(' ')[0]).toBe(name)
      expect(parseFault(example)).toBeTypeOf('function')
    }
  })
})
