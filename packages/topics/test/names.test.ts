import { isFault } from '@gather/platform'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTopic, type Topic } from '../src/index.ts'

const RUNS = 10_000
const STRICT = /^[a-z][a-z0-9_]*$/

/** Names as a hostile file would have them: a good one with something that matters to SQL in it, or anything at all. */
const signs = fc.constantFrom(
  '`',
  '``',
  ';',
  "'",
  '"',
  '\0',
  '\\',
  '--',
  '/*',
  ' ',
  '.',
  '(',
  '%',
  '\n',
  'é',
  'ſ',
  '😀',
  'A',
  '$',
  '#',
  '-',
)
const goodName = fc.stringMatching(/^[a-z][a-z0-9_]{0,70}$/)
const spoiltName = fc
  .tuple(goodName, signs, fc.nat(70))
  .map(([name, sign, place]) => `${name.slice(0, place)}${sign}${name.slice(place)}`)
const injections = fc.constantFrom(
  'pets`; DROP TABLE users; -- ',
  "pets'; DROP TABLE users; -- ",
  'mysql.user',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '',
  ' pets',
  'pets ',
  '_pets',
  '1pets',
  '_gs_run_1',
)
const anyName = fc.oneof(goodName, spoiltName, injections, fc.string({ unit: 'binary', maxLength: 80 }))

/** A topic that has `name` in one place, or undefined where it is refused. */
function tryTopic(changes: Record<string, unknown>): Topic | undefined {
  const definition = {
    topic: 'pets',
    source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
    target: { store: 'mysql', table: 'pets' },
    columns: { name: { from: 'name', type: 'varchar(5)' } },
    ...changes,
  }
  try {
    return parseTopic(definition, 'test')
  } catch (error) {
    if (isFault(error) && error.code === 'TOPIC_INVALID') return undefined
    throw error
  }
}

/** For each place that takes a name: the topic with it there, what it became, and how long it may be. */
const PLACES: Readonly<
  Record<string, readonly [(name: string) => Topic | undefined, (topic: Topic) => unknown, number]>
> = {
  topic: [(name) => tryTopic({ topic: name }), (topic) => topic.name, 48],
  table: [(name) => tryTopic({ target: { store: 'mysql', table: name } }), (topic) => topic.target.table, 48],
  column: [
    (name) => tryTopic({ columns: Object.fromEntries([[name, { from: 'a', type: 'int' }]]) }),
    (topic) => topic.columns[0]?.name,
    60,
  ],
}

describe('S7: a name that becomes part of a statement', () => {
  it.each(Object.entries(PLACES))(
    'is taken as it stands or refused, as %s',
    (_place, [parse, read, charsMax]) => {
      let takenCount = 0
      fc.assert(
        fc.property(anyName, (name) => {
          const topic = parse(name)
          if (topic === undefined) return
          takenCount += 1
          expect(read(topic)).toBe(name)
          expect(name).toMatch(STRICT)
          expect(name.length).toBeLessThanOrEqual(charsMax)
        }),
        { numRuns: RUNS },
      )
      expect(takenCount).toBeGreaterThan(RUNS / 20)
    },
  )

  it('of a field of the portal is of letters, digits and _ alone: it stands in the query', () => {
    fc.assert(
      fc.property(anyName, (from) => {
        const topic = tryTopic({ columns: { name: { from, type: 'int' } } })
        if (topic !== undefined) expect(from).toMatch(/^[a-z0-9_]+$/)
      }),
      { numRuns: RUNS },
    )
  })

  it.each(['constructor', 'valueof', 'tostring'])(
    'of an index or a cursor is no column because every object has a %s',
    (name) => {
      expect(tryTopic({ indexes: [[name]] })).toBeUndefined()
      expect(tryTopic({ incremental: { strategy: 'cursor', column: name } })).toBeUndefined()
      expect(tryTopic({ columns: { [name]: { from: 'a', type: 'int' } }, indexes: [[name]] })).toBeDefined()
    },
  )

  it('of an index or a cursor is one of the columns', () => {
    fc.assert(
      fc.property(
        spoiltName.filter((name) => !STRICT.test(name)),
        (name) => {
          expect(tryTopic({ indexes: [[name]] })).toBeUndefined()
          expect(tryTopic({ incremental: { strategy: 'cursor', column: name } })).toBeUndefined()
          expect(
            tryTopic({ incremental: { strategy: 'cursor', column: 'name', operator: name } }),
          ).toBeUndefined()
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['Name', 'name'],
    ['NAME', 'name'],
    ['ſtate', 'state'],
    ['name ', 'name'],
  ])('is not taken twice by the database: %j beside %j is refused', (one, other) => {
    const columns = { [other]: { from: 'a', type: 'int' }, [one]: { from: 'b', type: 'int' } }
    expect(tryTopic({ columns })).toBeUndefined()
  })

  it.each([
    'import_log',
    'import_run',
    'import_page',
    'import_deletion',
    'import_schedule',
    'schema_migration',
  ])('is not %s, a table of the ledger', (table) => {
    expect(tryTopic({ target: { store: 'mysql', table } })).toBeUndefined()
  })

  it.each(['source_row_id', 'source_updated_at', 'pets_id'])('is not %s, a column of ours', (name) => {
    expect(tryTopic({ columns: { [name]: { from: 'a', type: 'int' } } })).toBeUndefined()
  })
})
