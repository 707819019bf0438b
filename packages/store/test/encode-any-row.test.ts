import { ALL_TYPES, anyRow } from '@gather/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodePage } from '../src/index.ts'
import { fieldsOf } from './page-fields.ts'
import { topicOf } from './topic-of.ts'

const topic = topicOf(ALL_TYPES)
const anyPage = fc.tuple(anyRow('row-1'), anyRow('row-2'))

it('any row is encoded as the database has to give it back', () => {
  fc.assert(
    fc.property(anyPage, (page) => {
      const encoded = encodePage(
        topic,
        page.map(({ sent }) => sent),
        7,
      )
      expect(encoded.rowCount).toBe(page.length)
      expect(fieldsOf(encoded)).toEqual(page.map(({ stored }, index) => [String(index + 7), ...stored]))
    }),
    { numRuns: 500, seed: 42 },
  )
})

it('the digest of any page is the sum of its rows, whatever their order and keys', () => {
  const digestOf = (rows: readonly Readonly<Record<string, unknown>>[], firstKey: number) =>
    Number(encodePage(topic, rows, firstKey).digestSum)
  fc.assert(
    fc.property(anyPage, ([one, other]) => {
      const sum = digestOf([one.sent], 1) + digestOf([other.sent], 2)
      expect(digestOf([other.sent, one.sent], 3)).toBe(sum)
    }),
    { numRuns: 200, seed: 42 },
  )
})
