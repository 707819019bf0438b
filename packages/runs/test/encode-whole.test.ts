import { Fault } from '@gather/platform'
import type { SourceRows } from '@gather/source'
import { loadTopic } from '@gather/topics'
import { describe, expect, it } from 'vitest'
import { encodeWhole, goThrough } from '../src/encode-whole.ts'

const topic = loadTopic('pet_license')
const ROW_COUNT = 200
const ROW = { license_issue_date: '2018-11-16T00:00:00.000', species: 'Cat', primary_breed: 'Mix' }
const UNFIT = 'x'.repeat(21)
const damage = new Fault({ code: 'SOURCE_BODY_INVALID', kind: 'transient', message: 'broken JSON' })

/** Rows of a body, the last of which is broken where it is `damaged`. */
const rowsOf = (first: string, damaged: boolean): SourceRows => ({
  length: ROW_COUNT,
  *[Symbol.iterator]() {
    for (let index = 0; index < ROW_COUNT; index++) {
      if (damaged && index === ROW_COUNT - 1) throw damage
      yield { ...ROW, ':id': `row-${index}`, license_number: index === 0 ? first : '1' }
    }
  },
})

describe('encoding rows that are parsed as they are reached', () => {
  it('gives the page of a whole body', () => {
    expect(encodeWhole(topic, rowsOf('1', false), 1).rowCount).toBe(ROW_COUNT)
  })

  it('refuses a value that does not fit in a whole body for good', () => {
    expect(() => encodeWhole(topic, rowsOf(UNFIT, false), 1)).toThrow(
      expect.objectContaining({ code: 'VALUE_UNFIT', kind: 'terminal' }),
    )
  })

  it('has a damaged body asked for again, whatever its earlier values are', () => {
    expect(() => encodeWhole(topic, rowsOf(UNFIT, true), 1)).toThrow(damage)
    expect(() => encodeWhole(topic, rowsOf('1', true), 1)).toThrow(damage)
    expect(() => goThrough(rowsOf('1', true))).toThrow(damage)
  })
})
