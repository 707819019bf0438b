import { expect, test } from 'vitest'
import { createAnswerCache } from '../src/answer-cache.ts'

test('beyond its size a cache forgets the oldest answers, and no more of them than it must', () => {
  const cache = createAnswerCache(10)
  const made: string[] = []
  const take = (key: string) => {
    const make = () => {
      made.push(key)
      return { status: 200, headers: {}, body: { make: () => '6bytes' } }
    }
    return cache.take(key, { maxAgeMs: 1000, nowMs: 0 }, make).headers.Age
  }
  for (const key of ['a', 'a', 'b', 'b', 'a', 'a', 'b']) expect(take(key)).toBe('0')
  expect(made).toEqual(['a', 'b', 'a', 'b'])
})
