import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRowIdCodec } from '../src/row-id.ts'

const codec = createRowIdCodec(4711)

test('every row id has the form of three quads and reads back as its integer', () => {
  const form = /^row-[2-9a-km-np-z]{4}[-._~][2-9a-km-np-z]{4}[-._~][2-9a-km-np-z]{4}$/
  fc.assert(
    fc.property(fc.maxSafeNat(), (sequence) => {
      const id = codec.encodeId(sequence)
      expect(id).toMatch(form)
      expect(codec.decodeId(id)).toBe(sequence)
    }),
  )
})

test('row versions use another key, so neither reads as the other', () => {
  expect(codec.encodeVersion(7)).toMatch(/^rv-[2-9a-z]{4}[-._~]/)
  expect(codec.encodeVersion(7).slice(3)).not.toBe(codec.encodeId(7).slice(4))
  expect(codec.decodeVersion(codec.encodeVersion(7))).toBe(7)
  expect(codec.decodeId(codec.encodeVersion(7))).toBeUndefined()
})

test('the order of the texts has nothing to do with the order of the rows', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => codec.encodeId(index + 1))
  const places = [...ids].sort().map((id) => ids.indexOf(id))
  const ascents = places.filter((place, index) => place > (places[index - 1] ?? -1)).length
  expect(ascents).toBeGreaterThan(400)
  expect(ascents).toBeLessThan(600)
})

test('another data set gives other ids to the same rows', () => {
  expect(createRowIdCodec(4712).encodeId(1)).not.toBe(codec.encodeId(1))
})

test('a text that is no row id is not read as one', () => {
  for (const text of [
    'row-1234',
    'row-aaaa_bbbb_ccc1',
    'row-aaaa_bbbb_cccl',
    'aaaa_bbbb_cccc',
    'row-aaaa bbbb_cccc',
  ]) {
    expect(codec.decodeId(text)).toBeUndefined()
  }
})
