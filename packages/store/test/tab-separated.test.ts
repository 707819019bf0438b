import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLastRow, readTabSeparated, TabSeparatedRows } from '../src/tab-separated.ts'
import { tabSeparated } from './page-fields.ts'

/** Reads the form as LOAD DATA does: `\N` alone is NULL, a backslash escapes what follows. */
function decode(bytes: Buffer): (string | null)[][] {
  const rows: (string | null)[][] = []
  let row: (string | null)[] = []
  let field = ''
  let isNull = false
  const text = bytes.toString('utf8')
  for (let place = 0; place < text.length; place++) {
    const mark = text[place]
    if (mark === '\\') {
      const next = text[++place] ?? ''
      if (next === 'N' && field === '') isNull = true
      else field += { t: '\t', n: '\n', '0': '\0' }[next] ?? next
    } else if (mark === '\t' || mark === '\n') {
      row.push(isNull ? null : field)
      field = ''
      isNull = false
      if (mark === '\n') {
        rows.push(row)
        row = []
      }
    } else field += mark
  }
  return rows
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii' }),
  fc.constantFrom('\\N', '\\', '\t', '\n', '\r\n', '\0', '', 'N', '\\\\N', 'NULL', '\x7f', '\ufeff'),
  fc
    .array(fc.constantFrom('\\', '\t', '\n', '\0', 'N', 'n', 't', '0', 'a', 'é', '漢', '😀'))
    .map((marks) => marks.join('')),
)
const rowsOfFields = (fieldsMin: number, fieldsMax: number) =>
  fc.array(fc.array(fc.option(hostile), { minLength: fieldsMin, maxLength: fieldsMax }), { maxLength: 20 })

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0' }
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
/** The first and the last character of one, two, three and four bytes, and some between. */
const CHARACTERS = [
  ...['a', '\x0d', '\x0e', '\x7f', '\x80', 'é', '\u07ff', '\u0800', '漢', '\ud7ff', '\ue000', '\ufeff'],
  ...['\ufffd', '\uffff', '\u{10000}', '😀', '\u{10ffff}', '\\', '\t', '\n', '\0', '\\N'],
]
const EDGE_ROWS: readonly (readonly (string | null)[])[] = [
  ['', 'a'],
  [null, 'a'],
  ['', null],
  [null, ''],
  ['', '', ''],
  [null, null, null],
  ['a', '', null, '', 'b'],
  ['\t', '\n'],
  ['é', ''],
  [null, '😀\\'],
  [null],
  ['a'],
]

describe('rows in the form of LOAD DATA', () => {
  it('any texts and NULLs come back from a decoder as they were', () => {
    fc.assert(
      fc.property(rowsOfFields(1, 4), (sent) => {
        expect(decode(tabSeparated(sent))).toEqual(sent)
      }),
      { numRuns: 500, seed: 42 },
    )
  })

  it('ends each row with a line end and puts a tab between fields', () => {
    expect(
      tabSeparated([
        ['a', null, ''],
        ['b', 'c\td', '\\N'],
      ]).toString(),
    ).toBe('a\t\\N\t\nb\tc\\td\t\\\\N\n')
  })

  it('no rows are no bytes', () => {
    expect(tabSeparated([])).toHaveLength(0)
  })

  it('can be taken after each row, and more be added', () => {
    const [one, other] = [new TabSeparatedRows(), new TabSeparatedRows()]
    expect(one.bytes).toHaveLength(0)
    for (let count = 1; count <= 3; count++) {
      for (const field of ['é', null, String(count)]) {
        one.add(field)
        other.add('x')
      }
      one.endRow()
      const rows = Array.from({ length: count }, (_, index) => ['é', null, String(index + 1)])
      expect(decode(one.bytes)).toEqual(rows)
    }
    expect(other.bytes.toString()).toBe(Array.from({ length: 9 }, () => 'x').join('\t'))
  })

  it.each(EDGE_ROWS.map((row) => [row]))('first fields that are empty or NULL leave their tab: %j', (row) => {
    expect(decode(tabSeparated([row]))).toEqual([row])
    expect(decode(tabSeparated([['x', 'y'], row, row]))).toEqual([['x', 'y'], row, row])
  })

  it('every character of ASCII stands as it is, but four that are escaped', () => {
    for (const mark of ASCII)
      expect(tabSeparated([[mark]]).toString('latin1')).toBe(`${ESCAPED[mark] ?? mark}\n`)
  })

  it('every two characters of ASCII come back, also inside a text', () => {
    const rows = ASCII.map((one) => ASCII.flatMap((other) => [`${one}${other}`, `x${one}y${other}z`]))
    expect(JSON.stringify(decode(tabSeparated(rows)))).toBe(JSON.stringify(rows))
    expect(JSON.stringify([...readTabSeparated(tabSeparated(rows))])).toBe(JSON.stringify(rows))
  })

  it('characters of one to four bytes may stand side by side', () => {
    const rows = CHARACTERS.map((one) => CHARACTERS.map((other) => `${one}${other}x${one}`))
    expect(JSON.stringify(decode(tabSeparated(rows)))).toBe(JSON.stringify(rows))
    expect(JSON.stringify([...readTabSeparated(tabSeparated(rows))])).toBe(JSON.stringify(rows))
  })
})

describe('rows beyond the first 64 KiB', () => {
  const FIRST_BYTES = 64 * 1024
  const tails = [...EDGE_ROWS, CHARACTERS, ['x'.repeat(50)], ['é'.repeat(50)], ['\\'.repeat(50), null]]

  /** A row of so many bytes, of fields none of which makes the first buffer grow before it is full. */
  function rowOfBytes(byteCount: number): string[] {
    const row: string[] = []
    // A tab or the line end follows each field.
    for (let left = byteCount; left > 0; left -= (row.at(-1)?.length ?? 0) + 1)
      row.push('x'.repeat(left > 64 ? left / 4 : 0))
    return row
  }

  it('are written alike wherever the first buffer ends in them', () => {
    for (const tail of tails) {
      const written = tabSeparated([tail, tail])
      for (let byteCount = FIRST_BYTES - 8 - written.length; byteCount <= FIRST_BYTES + 2; byteCount++) {
        const row = rowOfBytes(byteCount)
        const before = Buffer.from(`${row.join('\t')}\n`)
        expect(before).toHaveLength(byteCount)
        expect(tabSeparated([row, tail, tail]).equals(Buffer.concat([before, written]))).toBe(true)
      }
    }
  })

  it.each(['x', 'é', '漢', '😀', '\\', '\t', '\r', 'x\\', 'xxé'])(
    'hold a field of %j that is larger than the buffer by itself',
    (part) => {
      for (const count of [FIRST_BYTES / 4, FIRST_BYTES / 2, FIRST_BYTES, 5 * FIRST_BYTES]) {
        const rows = [
          ['a', part.repeat(count), null],
          ['b', '', part],
        ]
        expect(JSON.stringify(decode(tabSeparated(rows)))).toBe(JSON.stringify(rows))
        expect(JSON.stringify([...readTabSeparated(tabSeparated(rows))])).toBe(JSON.stringify(rows))
      }
    },
  )

  it('hold ten thousand rows, and give back each of them and the last', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => [
      String(index),
      CHARACTERS[index % CHARACTERS.length] ?? '',
      index % 3 === 0 ? null : 'some text',
    ])
    const bytes = tabSeparated(rows)
    expect(JSON.stringify(decode(bytes))).toBe(JSON.stringify(rows))
    expect(JSON.stringify([...readTabSeparated(bytes)])).toBe(JSON.stringify(rows))
    expect(readLastRow(bytes)).toEqual(rows.at(-1))
  })
})

describe('reading the rows again', () => {
  it('gives back any rows', () => {
    fc.assert(
      fc.property(rowsOfFields(1, 4), (rows) => {
        expect([...readTabSeparated(tabSeparated(rows))]).toEqual(rows)
      }),
      { numRuns: 500, seed: 42 },
    )
  })

  it('gives back the last of any rows', () => {
    fc.assert(
      fc.property(rowsOfFields(2, 4), (rows) => {
        expect(readLastRow(tabSeparated(rows))).toEqual(rows.at(-1) ?? [])
      }),
      { numRuns: 500, seed: 42 },
    )
  })

  it.each(EDGE_ROWS.map((row) => [row]))('gives back a last row of empty fields and NULLs: %j', (row) => {
    expect([...readTabSeparated(tabSeparated([row]))]).toEqual([row])
    expect(readLastRow(tabSeparated([['x', 'y'], row]))).toEqual(row)
    expect(readLastRow(tabSeparated([row, row]))).toEqual(row)
    expect(readLastRow(tabSeparated([row]))).toEqual(row)
  })

  it('gives back the only row whose only field is empty', () => {
    expect([...readTabSeparated(tabSeparated([['']]))]).toEqual([['']])
    expect(readLastRow(tabSeparated([['']]))).toEqual([''])
  })

  it('gives nothing back of no rows', () => {
    expect([...readTabSeparated(tabSeparated([]))]).toEqual([])
    expect(readLastRow(tabSeparated([]))).toEqual([])
  })
})
