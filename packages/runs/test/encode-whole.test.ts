import { Fault } from '@gather/platform'
import type { SourceRows } from '@gather/source'
import { parseTopic } from '@gather/topics'
import { describe, expect, it } from 'vitest'
import { encodeWhole, goThrough } from '../src/encode-whole.ts'

const topic = parseTopic(
  {
    topic: 'things',
    source: { kind: 'socrata', url: 'https://data.example.org', dataset: 'abcd-1234' },
    target: { store: 'mysql', table: 'things' },
    columns: { n: { from: 'n', type: 'int' } },
  },
  'test',
)
const ROW_COUNT = 200
const damage = new Fault({ code: 'SOURCE_BODY_INVALID', kind: 'transient', message: 'broken JSON' })

/** Rows of a body, the last of which is broken where it is `damaged`. */
const rowsOf = (first: string, damaged: boolean): SourceRows => ({
  length: ROW_COUNT,
  *[Symbol.iterator]() {
    for (let index = 0; index < ROW_COUNT; index++) {
      if (damaged && index === ROW_COUNT - 1) throw damage
      yield { ':id': `row-${index}`, n: index === 0 ? first : '1' }
    }
  },
})

describe('encoding rows that are parsed as they are reached', () => {
  it('gives the page of a whole body', () => {
    expect(encodeWhole(topic, rowsOf('1', false), 1).rowCount).toBe(ROW_COUNT)
  })

  it('refuses a value that does not fit in a whole body for good', () => {
    expect(() => encodeWhole(topic, rowsOf('x', false), 1)).toThrow(
      expect.objectContaining({ code: 'VALUE_UNFIT', kind: 'terminal' }),
    )
  })

  it('has a damaged body asked for again, whatever its earlier values are', () => {
    expect(() => encodeWhole(topic, rowsOf('x', true), 1)).toThrow(damage)
    expect(() => encodeWhole(topic, rowsOf('1', true), 1)).toThrow(damage)
    expect(() => goThrough(rowsOf('1', true))).toThrow(damage)
  })
})
