import { expect, test } from 'vitest'
import { ratiosOf, spreadOf } from '../src/statistics.ts'

test('the median is the middle one, or the mean of the middle two', () => {
  expect(spreadOf([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9, count: 3 })
  expect(spreadOf([4, 10, 1, 2])).toEqual({ median: 3, min: 1, max: 10, count: 4 })
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7, count: 1 })
})

test('numbers are sorted as numbers', () => {
  expect(spreadOf([10, 9, 100]).median).toBe(10)
})

test('nothing measured has no median', () => {
  expect(() => spreadOf([])).toThrow('nothing was measured')
})

test('ratios are made within a round', () => {
  expect(ratiosOf([8, 3], [4, 6])).toEqual([2, 0.5])
})
