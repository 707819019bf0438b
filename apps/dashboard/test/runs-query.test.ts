import { expect, test } from 'vitest'
import { runsUrl } from '../src/pages/runs-url.ts'
import { readRunsQuery } from '../src/runs-query.ts'

const read = (text: string) => readRunsQuery(new URLSearchParams(text))

test('an address of the list is read as it was written', () => {
  const query = {
    topic: 'a&b',
    state: 'open',
    before: { createdAt: '2026-11-28 22:49:49.123', runId: 'abc1' },
  } as const
  expect(readRunsQuery(new URL(runsUrl(query), 'http://localhost').searchParams)).toEqual(query)
})

test.each([
  'state=asleep&before=never',
  'before=2026-13-45T99:00:00.000~abc',
  'before=2026-02-30T00:00:00.000~abc',
  "before=2026-11-28T22:49:49.123~' OR 1=1",
  'topic=&state=',
])('what is not valid in it is left out: %s', (text) => {
  expect(read(text)).toEqual({ topic: undefined, state: undefined, before: undefined })
})

test('a topic is no longer than a topic can be', () => {
  expect(read(`topic=${'x'.repeat(100)}`).topic).toHaveLength(64)
})
