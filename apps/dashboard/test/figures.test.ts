import { expect, test } from 'vitest'
import { formatAge, formatCounted, formatDuration, formatTime } from '../src/pages/figures.ts'

test.each([
  [0, '0.0 s'],
  [840, '0.8 s'],
  [12_400, '12 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%i ms read as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [900, 'just now'],
  [59_000, '59 s ago'],
  [61_000, '1 min ago'],
  [7_300_000, '2 h ago'],
  [200_000_000, '2 d ago'],
])('%i ms back read as %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text)
})

test('one of a kind has no plural', () => {
  expect([formatCounted(1, 'page'), formatCounted(0, 'page'), formatCounted(51_754, 'row')]).toEqual([
    '1 page',
    '0 pages',
    '51,754 rows',
  ])
})

test('times of the database and ISO times read alike', () => {
  expect(formatTime('2026-11-24 01:02:03.456')).toBe('2026-11-24 01:02:03')
  expect(formatTime('2026-11-24T01:02:03.456Z')).toBe('2026-11-24 01:02:03')
})
