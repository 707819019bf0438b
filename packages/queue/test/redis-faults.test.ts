import { describe, expect, it } from 'vitest'
import { redisFault } from '../src/redis-faults.ts'
import { faultOf } from './own-queue.ts'

describe('an error of Redis or its client', () => {
  it.each([
    'WRONGPASS invalid username-password pair or user is disabled.',
    'NOAUTH Authentication required.',
    "NOPERM User viewer has no permissions to run the 'set' command",
  ])('is wrong access where Redis refuses us: %s', (message) => {
    const cause = new Error(message)
    expect(redisFault(cause)).toMatchObject({
      code: 'REDIS_ACCESS_DENIED',
      kind: 'terminal',
      message: `Redis refused us: ${message} (check user and password of REDIS_URL)`,
      cause,
    })
  })

  it.each([
    'connect ECONNREFUSED 127.0.0.1:6379',
    'Connection is closed.',
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    'MISCONF Errors writing to the AOF file: No space left on device',
  ])('is waited for in any other case: %s', (message) => {
    expect(redisFault(new Error(message))).toMatchObject({
      code: 'REDIS_UNREACHABLE',
      kind: 'unavailable',
      message: `Redis: ${message}`,
    })
  })

  it.each([
    new Error("OOM command not allowed when used memory > 'maxmemory'. script: 5ab4, on @user_script:589."),
    Object.assign(new Error('EXECABORT Transaction discarded because of previous errors.'), {
      previousErrors: [new Error("OOM command not allowed when used memory > 'maxmemory'.")],
    }),
  ])('is waited for, and says what to do, where Redis has no memory left: %s', (cause) => {
    const fault = redisFault(cause)
    expect(fault).toMatchObject({ code: 'REDIS_FULL', kind: 'unavailable', cause })
    expect(fault.message).toContain('raise its maxmemory')
  })

  it('keeps a fault that it already is', () => {
    const fault = faultOf('moved')
    expect(redisFault(fault)).toBe(fault)
  })

  it.each([
    [new Error(''), 'Redis: Error'],
    [new AggregateError([new Error('::1'), new Error('127.0.0.1')]), 'Redis: AggregateError'],
    ['text', 'Redis: text'],
    [undefined, 'Redis: undefined'],
  ])('says something even where it has no message: %s', (error, message) => {
    expect(redisFault(error).message).toBe(message)
  })
})
