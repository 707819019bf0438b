import { describe, expect, test } from 'vitest'
import { createLoginLimit, WINDOW_MS, WRONG_TRIES_MAX } from '../src/access/login-limit.ts'
import { createRequestGuard } from '../src/access/request-guard.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const RIGHT = basic('ann:right-word')
const WRONG = basic('ann:wrong-word')

/** A guard, and a clock that the test turns. */
function makeGuard() {
  let nowMs = 1_000
  const rules = { host: '0.0.0.0', credentials: { user: 'ann', password: 'right-word' } }
  const guard = createRequestGuard(rules, () => nowMs)
  const answer = (authorization: string | undefined, remoteAddress = '192.0.2.1', path = '/queues') =>
    guard({
      method: 'GET',
      path,
      host: 'x',
      origin: undefined,
      secFetchSite: undefined,
      authorization,
      remoteAddress,
    })
  return {
    answer,
    statusOf: (...sent: Parameters<typeof answer>) => answer(...sent)?.status,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

const sendWrong = (guard: ReturnType<typeof makeGuard>, times: number) => {
  for (let time = 0; time < times; time++) expect(guard.statusOf(WRONG)).toBe(401)
}

describe('S1: a client that sends wrong passwords', () => {
  test('is refused after so many of them, also with the right one, and told when to come back', () => {
    const guard = makeGuard()
    sendWrong(guard, WRONG_TRIES_MAX)
    expect(guard.statusOf(WRONG)).toBe(429)
    expect(guard.statusOf(RIGHT)).toBe(429)
    guard.pass(WINDOW_MS / 2)
    expect(guard.answer(RIGHT)?.headers['retry-after']).toBe(String(WINDOW_MS / 2_000))
  })

  test('may try again when the time is over', () => {
    const guard = makeGuard()
    sendWrong(guard, WRONG_TRIES_MAX)
    guard.pass(WINDOW_MS)
    expect(guard.statusOf(RIGHT)).toBeUndefined()
    sendWrong(guard, WRONG_TRIES_MAX)
    expect(guard.statusOf(WRONG)).toBe(429)
  })

  test('does not keep others out, nor itself from /healthz', () => {
    const guard = makeGuard()
    sendWrong(guard, WRONG_TRIES_MAX)
    expect(guard.statusOf(RIGHT)).toBe(429)
    expect(guard.statusOf(RIGHT, '192.0.2.2')).toBeUndefined()
    expect(guard.statusOf(undefined, '192.0.2.1', '/healthz')).toBeUndefined()
  })

  test('is one that sends some: requests without any, and right ones, are not counted', () => {
    const guard = makeGuard()
    for (let time = 0; time < 5 * WRONG_TRIES_MAX; time++) {
      expect(guard.statusOf(undefined)).toBe(401)
      expect(guard.statusOf(RIGHT)).toBeUndefined()
    }
  })
})

describe('the clients that are told apart', () => {
  const isHeldBack = (tried: string | undefined, asking: string | undefined) => {
    const limit = createLoginLimit(() => 0)
    for (let time = 0; time < WRONG_TRIES_MAX; time++) limit.countWrong(tried)
    return limit.waitSeconds(asking) > 0
  }

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '::ffff:192.0.2.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:1:2:3'],
    ['2001:db8::', '2001:db8:0:0:9::'],
    [undefined, undefined],
  ])('%s and %s are one', (tried, asking) => {
    expect(isHeldBack(tried, asking)).toBe(true)
  })

  test.each([
    ['192.0.2.1', '192.0.2.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['::1', '127.0.0.1'],
  ])('%s and %s are two', (tried, asking) => {
    expect(isHeldBack(tried, asking)).toBe(false)
  })

  test('are a thousand at most: the one seen first is forgotten first', () => {
    const limit = createLoginLimit(() => 0)
    const tryOften = (address: string) => {
      for (let time = 0; time < WRONG_TRIES_MAX; time++) limit.countWrong(address)
    }
    tryOften('first')
    for (let client = 0; client < 999; client++) tryOften(`client ${client}`)
    expect(limit.waitSeconds('first')).toBeGreaterThan(0)
    tryOften('one more')
    expect(limit.waitSeconds('first')).toBe(0)
    expect(limit.waitSeconds('client 0')).toBeGreaterThan(0)
    expect(limit.waitSeconds('one more')).toBeGreaterThan(0)
  })
})
