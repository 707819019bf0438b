import { isFault } from '@gather/platform'
import { readBodyRows } from '@gather/source'
import { encodePage } from '@gather/store'
import { ALL_TYPES, anyRow } from '@gather/testing'
import { parseTopic } from '@gather/topics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const topic = parseTopic(
  {
    topic: 'things',
    source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
    target: { store: 'mysql', table: 'things' },
    columns: Object.fromEntries(
      Object.entries(ALL_TYPES).map(([name, column]) => [name, { from: name, ...column }]),
    ),
  },
  'test',
)
const FIELDS = [...Object.keys(ALL_TYPES), ':id', ':updated_at']

type Row = Readonly<Record<string, unknown>>

function encodeBody(rows: readonly Row[]) {
  const asked = { fields: FIELDS, limit: rows.length }
  const read = readBodyRows(new URL('https://data.example.org'), Buffer.from(JSON.stringify(rows)), asked)
  expect(read.cursor).toBeDefined()
  return encodePage(topic, read, 7)
}

/** The page, or the fault's code and words. */
function outcomeOf(encode: () => ReturnType<typeof encodePage>) {
  try {
    const { rowCount, body, digestSum } = encode()
    return { rowCount, body: body.toString(), digestSum }
  } catch (error) {
    if (!isFault(error)) throw error
    return { code: error.code, message: error.message }
  }
}

function expectSame(rows: readonly Row[]): void {
  expect(outcomeOf(() => encodeBody(rows))).toEqual(outcomeOf(() => encodePage(topic, rows, 7)))
}

/** Texts that some column takes and another does not. */
const anyEdge = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 55 }),
  fc.constantFrom(
    '',
    ' ',
    'NULL',
    '\\N',
    'true',
    '-0',
    '007',
    '1e3',
    '+1',
    '.5',
    'x'.repeat(50),
    'x'.repeat(51),
  ),
  fc
    .tuple(
      fc.constantFrom('2018-11-16', '2019-02-29', '2020-02-29', '2019-04-31', '2019-12-31', '0000-01-01'),
      fc.constantFrom('2018-02-30', '2018-13-01', '2018-00-10', '2018-01-00', '201x-01-01', '2018/01/01'),
      fc.constantFrom('T00:00:00.000', 'T23:59:59.999', 'T24:00:00.000', 'T12:60:00.000', 'T12:00:60.000'),
      fc.constantFrom('T12:00:0x.000', ' 12:00:00.000', 'T12.00:00.000', 'T00:00:00', '', 'T1:00:00.000'),
      fc.constantFrom('', 'Z', 'z', '0', '001', '000Z'),
      fc.tuple(fc.boolean(), fc.boolean()),
    )
    .map(([day, badDay, time, badTime, end, [isBadDay, isBadTime]]) =>
      [isBadDay ? badDay : day, isBadTime ? badTime : time, end].join(''),
    ),
  fc.constantFrom<unknown>(0, 1.5, -0, 1e21, 2 ** 70, true, false, null, [], {}, [1, 'a\\n']),
)

describe('a page encoded from the bytes of its body', () => {
  it('is the page encoded from its rows as objects', () => {
    const anyPage = fc.tuple(anyRow('row-1'), anyRow('row-2'))
    const property = fc.property(anyPage, (page) => expectSame(page.map(({ sent }) => sent)))
    fc.assert(property, { numRuns: 500, seed: 42 })
  })

  it('fails by the same value with the same words where one does not fit', () => {
    const outcomes = { pages: 0, faults: 0 }
    const property = fc.property(
      anyRow('row-1'),
      fc.constantFrom(...FIELDS),
      anyEdge,
      ({ sent }, name, edge) => {
        const rows = [sent, { ...sent, [name]: edge }]
        expectSame(rows)
        outcomes['code' in outcomeOf(() => encodePage(topic, rows, 7)) ? 'faults' : 'pages'] += 1
      },
    )
    fc.assert(property, { numRuns: 1_000, seed: 42 })
    expect(outcomes.pages).toBeGreaterThan(100)
    expect(outcomes.faults).toBeGreaterThan(100)
  })
})
