import { parseTopic, type Topic } from '@gather/topics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteName, runIdOfTable, stagingName } from '../src/sql-names.ts'
import { createTableSql, topicKeys } from '../src/table-sql.ts'

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom('`', ';', "'", '"', '\\', '\0', 'a', ' ', '-', '*', '/'),
    maxLength: 40,
  }),
)

/** The name that a quoted name is read as; undefined where more than the one name would be read. */
function readQuoted(text: string): string | undefined {
  const inside = /^`((?:[^`]|``)*)`$/s.exec(text)?.[1]
  return inside?.replaceAll('``', '`')
}

const good = parseTopic(
  {
    topic: 'things',
    source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
    target: { store: 'mysql', table: 'things' },
    columns: { a: { from: 'a', type: 'int' } },
    indexes: [['a']],
  },
  'test',
)

/** A statement with each quoted name made the same. */
const skeletonOf = (sql: string): string => sql.replaceAll(/`(?:[^`]|``)*`/gs, '`x`')

describe('S7: a quoted name', () => {
  it('is read as exactly the name it was, whatever it holds', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(readQuoted(quoteName(name))).toBe(name)
      }),
      { numRuns: 10_000 },
    )
  })

  it('leaves the statement around it as it is, even if a name came past the check of topics', () => {
    const statementOf = (topic: Topic) =>
      createTableSql(topic.target.table, topic, topicKeys(topic), 'ENGINE=InnoDB')
    fc.assert(
      fc.property(anyName, anyName, (name, table) => {
        const columns = good.columns.map((column) => ({ ...column, name }))
        const spoilt = {
          ...good,
          target: { ...good.target, table },
          keyColumn: name,
          columns,
          indexes: [[name]],
        }
        expect(skeletonOf(statementOf(spoilt))).toBe(skeletonOf(statementOf(good)))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('S7: the tables of a run', () => {
  it('are known by names that no topic can take', () => {
    expect(runIdOfTable(stagingName('abc1', 2))).toBe('abc1')
    for (const table of [
      'pets',
      'gs_abc1_2',
      '_gs_abc1',
      '_gs_a`b_1',
      '_gs_abc1_2; DROP',
      '_gs_old_a b',
      '_gs_ABC_1',
    ])
      expect(runIdOfTable(table), table).toBeUndefined()
  })
})
