import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadTopic, loadTopics, parseColumnType, parseTopic, topicJsonSchema } from '../src/index.ts'

const definition = (changes: Record<string, unknown> = {}) => ({
  topic: 'trees',
  source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
  target: { store: 'mysql', table: 'trees' },
  columns: {
    planted: { from: 'planted', type: 'datetime', null: false },
    name: { from: 'name', type: 'varchar(50)' },
  },
  ...changes,
})
const manyColumns = (count: number, type: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, { from: `c${index}`, type }]))
const reject = (changes: Record<string, unknown>) => {
  try {
    parseTopic(definition(changes), 'trees.yaml')
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the topic was accepted')
}
const folderWith = (text: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'topics-'))
  writeFileSync(join(folder, 'a.yaml'), text)
  return folder
}

describe('topic files', () => {
  it('the built-in pet_license stores seven columns in the table of the same name', () => {
    const topic = loadTopic('pet_license')
    expect(topic.columns.map((column) => column.name)).toEqual([
      'license_issue_date',
      'license_number',
      'animal_s_name',
      'species',
      'primary_breed',
      'secondary_breed',
      'zip_code',
    ])
    expect(topic.keyColumn).toBe('pet_license_id')
    expect(topic.pageRows).toBe(10_000)
  })

  it('a definition kept with a run parses to the same topic', () => {
    const topic = loadTopic('pet_license')
    expect(parseTopic(JSON.parse(JSON.stringify(topic.definition)), 'ledger')).toEqual({
      ...topic,
      charts: [],
    })
  })

  it('an unknown topic is named together with those there are', () => {
    expect(() => loadTopic('cats')).toThrow(/no topic "cats"; topics are pet_license/)
  })

  it('a topic of the own folder replaces the built-in one of the same name', () => {
    const folder = folderWith(JSON.stringify(definition({ topic: 'pet_license' })))
    expect(loadTopics(folder).get('pet_license')?.source.dataset).toBe('abcd-1234')
  })

  it('broken YAML names the file', () => {
    expect(() => loadTopics(folderWith('topic: [unclosed'))).toThrow(/topic file .*a\.yaml: /)
  })

  it('a folder that is not there is named', () => {
    expect(() => loadTopics('/nowhere/at/all')).toThrow(
      'TOPICS_DIR: the folder "/nowhere/at/all" can\'t be read',
    )
  })

  it.each([
    [{ topic: 'Trees' }, 'topic: must be lower-case'],
    [{ source: { kind: 'ckan', url: 'https://x.org', dataset: 'abcd-1234' } }, 'source.kind'],
    [
      { source: { kind: 'socrata', url: 'https://x.org', dataset: 'abc' } },
      'source.dataset: must be a data set id',
    ],
    [{ page_rows: 0 }, 'page_rows'],
    [{ surprise: 1 }, 'surprise'],
    [{ incremental: { strategy: 'mirrorr' } }, 'incremental'],
    [{ indexes: [['colour']] }, 'indexes.0: there is no column colour'],
    [{ incremental: { strategy: 'cursor', column: 'name' } }, 'a cursor needs a date'],
    [{ target: { store: 'mysql', table: 'import_run' } }, 'belongs to the ledger'],
    [{ columns: { a: { from: 'a', type: 'float' } } }, 'columns.a.type: must be one of varchar'],
    [{ columns: { a: { from: 'a', type: 'decimal(3,9)' } } }, 'columns.a.type: is out of range'],
    [{ columns: { source_row_id: { from: 'a', type: 'int' } } }, 'filled by the importer'],
    [{ columns: { a: { from: 'a', type: 'int' }, b: { from: 'a', type: 'int' } } }, 'stored twice'],
    [{ columns: { a: { from: 'a', type: 'varchar(16383)' } } }, 'make the longest varchar columns text'],
    [{ columns: manyColumns(42, 'varchar(50)') }, 'make short varchar columns varchar(64)'],
    [
      { columns: { a: { from: ':created_at', type: 'datetime' } } },
      "must be one of the portal's field names",
    ],
    [{ columns: { '`; drop table x; --': { from: 'a', type: 'int' } } }, 'columns'],
  ])('a mistake is named with file and path: %j', (changes, expected) => {
    const message = reject(changes)
    expect(message).toContain('topic file trees.yaml: ')
    expect(message).toContain(expected)
  })

  it('the JSON Schema for editors describes the fields', () => {
    expect(topicJsonSchema()).toMatchObject({ title: 'gather-and-store topic', type: 'object' })
  })

  it.each(['varchar(64)', 'text', 'decimal(20,4)'])('a wide topic of 190 %s columns is taken', (type) => {
    expect(parseTopic(definition({ columns: manyColumns(190, type) }), 'wide.yaml').columns).toHaveLength(190)
  })

  it('column types are read from their text', () => {
    expect(parseColumnType('varchar(20)')).toEqual({ kind: 'varchar', charsMax: 20 })
    expect(parseColumnType('decimal(10, 2)')).toEqual({ kind: 'decimal', precision: 10, scale: 2 })
    expect(parseColumnType('char(3)')).toBeUndefined()
  })
})
