import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toTabSeparated } from '../src/tab-separated.ts'

/** Reads the form as LOAD DATA does: `\N` alone is NULL, a backslash escapes what follows. */
function readTabSeparated(bytes: Buffer): (string | null)[][] {
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
  fc.constantFrom('\\N', '\\', '\t', '\n', '\r\n', '\0', '', 'N', '\\\\N', 'NULL'),
  fc.array(fc.constantFrom('\\', '\t', '\n', '\0', 'N', 'n', 't', '0', 'a')).map((marks) => marks.join('')),
)

describe('rows in the form of LOAD DATA', () => {
  it('any texts and NULLs come back from a decoder as they were', () => {
    const rows = fc.array(fc.array(fc.option(hostile), { minLength: 3, maxLength: 3 }), { maxLength: 20 })
    fc.assert(
      fc.property(rows, (sent) => {
        expect(readTabSeparated(toTabSeparated(sent))).toEqual(sent)
      }),
      { numRuns: 500, seed: 42 },
    )
  })

  it('ends each row with a line end and puts a tab between fields', () => {
    expect(
      toTabSeparated([
        ['a', null, ''],
        ['b', 'c\td', '\\N'],
      ]).toString(),
    ).toBe('a\t\\N\t\nb\tc\\td\t\\\\N\n')
  })

  it('no rows are no bytes', () => {
    expect(toTabSeparated([])).toHaveLength(0)
  })
})
