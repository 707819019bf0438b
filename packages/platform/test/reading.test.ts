import { expect, test } from 'vitest'
import { Fault, tryReading } from '../src/index.ts'

const unexpected: Error[] = []
const OPTIONS = { subject: 'Redis', limitMs: 20, onUnexpected: (error: Error) => unexpected.push(error) }

test('what was read in time is handed on', async () => {
  expect(await tryReading(Promise.resolve(7), OPTIONS)).toEqual({ ok: true, value: 7 })
})

test('a service that never answers costs the limit and no more', async () => {
  const never = new Promise<never>(() => {})
  expect(await tryReading(never, OPTIONS)).toEqual({
    ok: false,
    problem: 'Redis did not answer within 0.02 s',
  })
})

test('a fault is told in its own words', async () => {
  const fault = new Fault({
    code: 'DATABASE_TABLE_MISSING',
    kind: 'terminal',
    message: 'run "planner migrate"',
  })
  expect(await tryReading(Promise.reject(fault), OPTIONS)).toEqual({
    ok: false,
    problem: 'run "planner migrate"',
  })
})

test('what nobody foresaw goes to the log, and its text to no reader', async () => {
  const reading = await tryReading(Promise.reject(new Error('secret detail')), OPTIONS)
  expect(JSON.stringify(reading)).not.toContain('secret detail')
  expect(unexpected.at(-1)?.message).toContain('secret detail')
})
