import { createLogger, Fault, readConfig } from '@gather/platform'
import { expect, it } from 'vitest'
import { refuseEvictingRedis } from '../src/redis-guard.ts'
import type { RedisHealth } from '../src/redis-health.ts'

const config = {
  ...readConfig({ MYSQL_URL: 'mysql://user:password@127.0.0.1/rover' }),
  logLevel: 'silent',
} as const
const log = createLogger('test', config)
const SAFE: RedisHealth = {
  version: '7.0.15',
  evictionPolicy: 'noeviction',
  appendOnly: true,
  memoryUsedBytes: 1,
  memoryLimitBytes: 100,
}
const answers = (changes: Partial<RedisHealth>) => ({ readHealth: async () => ({ ...SAFE, ...changes }) })
const never = new AbortController().signal

it.each(['allkeys-lru', 'volatile-ttl'])(
  'refuses a Redis of limited memory that evicts by %s',
  async (policy) => {
    await expect(refuseEvictingRedis(answers({ evictionPolicy: policy }), log, never)).rejects.toMatchObject({
      code: 'CONFIG_REDIS_EVICTS',
      kind: 'terminal',
      message: expect.stringContaining(`${policy}; set it to noeviction`),
    })
  },
)

it.each<Partial<RedisHealth>>([
  {},
  { evictionPolicy: 'allkeys-lru', memoryLimitBytes: 0 },
  { evictionPolicy: 'unknown' },
])('takes a Redis with %o', async (changes) => {
  await refuseEvictingRedis(answers(changes), log, never)
})

const away = new Fault({ code: 'REDIS_UNREACHABLE', kind: 'unavailable', message: 'away' })
const denied = new Fault({ code: 'REDIS_ACCESS_DENIED', kind: 'terminal', message: 'no INFO for you' })

it('waits for a Redis that is away', async () => {
  let asked = 0
  const readHealth = async () => {
    if (++asked === 1) throw away
    return { ...SAFE, evictionPolicy: 'allkeys-lru' }
  }
  await expect(refuseEvictingRedis({ readHealth }, log, never)).rejects.toMatchObject({
    code: 'CONFIG_REDIS_EVICTS',
  })
  expect(asked).toBe(2)
})

it('waits no longer once it is told to stop', async () => {
  const stop = new AbortController()
  const readHealth = async () => {
    stop.abort()
    throw away
  }
  await refuseEvictingRedis({ readHealth }, log, stop.signal)
})

it('takes a Redis that does not let us look', async () => {
  const readHealth = () => Promise.reject(denied)
  await refuseEvictingRedis({ readHealth }, log, never)
})
