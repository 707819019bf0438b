import { expect, test } from 'vitest'
import { versionTimeMs } from '../src/index.ts'

test('a version tells its time, with and without the data version behind it', () => {
  expect(versionTimeMs('2026-05-01T08:30:00.000Z#12.345')).toBe(Date.UTC(2026, 4, 1, 8, 30))
  expect(versionTimeMs('2026-05-01T08:30:00.000Z')).toBe(Date.UTC(2026, 4, 1, 8, 30))
})

test.each(['unknown', '', '#12.345', '1700000000', '2026-05-01', '2026-13-01T00:00:00Zx'])(
  '%j tells none',
  (value) => {
    expect(versionTimeMs(value)).toBeUndefined()
  },
)
