import { expect, test } from 'vitest'
import { ROW_ID_ORDERS, rowIdAt } from '../src/page-portal/row-ids.ts'

const PLACES = [0, 1, 31, 32, 1023, 1024, 32_767, 32_768, 1_048_575, 1_048_576, 9_999_999, 10_000_000]

test('ascending ids are in the order of the rows', () => {
  const ids = PLACES.map((place) => rowIdAt(place, 'ascending'))
  expect(ids.toSorted()).toEqual(ids)
  expect(ids[0]).toBe('row-2222.2222.2222')
})

test('ids are distinct in either order', () => {
  for (const order of ROW_ID_ORDERS) {
    const ids = new Set(Array.from({ length: 50_000 }, (_, place) => rowIdAt(place, order)))
    expect(ids.size).toBe(50_000)
  }
})

test('scattered ids are in no order, and have the form of the others', () => {
  const ids = PLACES.map((place) => rowIdAt(place, 'scattered'))
  expect(ids.toSorted()).not.toEqual(ids)
  for (const id of ids) expect(id).toMatch(/^row-[2-9a-z]{4}\.[2-9a-z]{4}\.[2-9a-z]{4}$/)
})
