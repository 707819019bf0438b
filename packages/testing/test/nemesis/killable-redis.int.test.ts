import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type KillableRedis, startKillableRedis } from '../../src/nemesis/killable-redis.ts'
import { isPortFree } from '../../src/nemesis/stable-port.ts'
import { isRunning } from './is-running.ts'

let redis: KillableRedis
beforeEach(async () => {
  redis = await startKillableRedis()
})
afterEach(() => redis.stop())

async function ask<Answer>(question: (client: Redis) => Promise<Answer>): Promise<Answer> {
  const client = new Redis(redis.url)
  client.on('error', () => {})
  return question(client).finally(() => client.disconnect())
}

test('a killed Redis is gone with its port, and comes back in the same place with what it knew', async () => {
  await ask((client) => client.set('kept', 'yes'))
  for (let life = 1; life <= 3; life++) {
    const dead = redis.pid
    await redis.kill()
    await redis.kill()
    expect(isRunning(dead)).toBe(false)
    expect(await isPortFree(redis.port)).toBe(true)
    await redis.start()
    await redis.start()
    expect(redis.pid).not.toBe(dead)
    expect(await ask((client) => client.get('kept'))).toBe('yes')
  }
})

test('connections to a killed Redis are closed, and a client that tries again finds the next one', async () => {
  const client = new Redis(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
  client.on('error', () => {})
  await client.set('name', 'value')
  await redis.kill()
  const answer = client.get('name')
  await redis.start()
  expect(await answer).toBe('value')
  client.disconnect()
})

test('a cut append-only file loses the last writes and no others', async () => {
  await ask(async (client) => {
    await client.set('first', 'x'.repeat(100))
    await client.set('last', 'y'.repeat(100))
  })
  await expect(redis.cutAppendLog(1)).rejects.toThrow('only while the Redis is dead')
  await redis.kill()
  expect(await redis.cutAppendLog(50)).toBe(50)
  await redis.start()
  expect(await ask((client) => client.keys('*'))).toEqual(['first'])

  await redis.kill()
  expect(await redis.cutAppendLog(1_000_000)).toBeLessThan(1_000)
  await redis.start()
  expect(await ask((client) => client.dbsize())).toBe(0)
})

test('after a rewrite the file that is written to now is the one that is cut', async () => {
  await ask(async (client) => {
    await client.set('old', '1')
    await client.bgrewriteaof()
    await expect.poll(() => client.info('persistence')).toContain('aof_rewrite_in_progress:0')
    await client.set('new', '2')
  })
  await redis.kill()
  await redis.cutAppendLog(1_000_000)
  await redis.start()
  expect(await ask((client) => client.keys('*'))).toEqual(['old'])
})

test('flushing empties it for good', async () => {
  await ask((client) => client.set('name', 'value'))
  await redis.flushAll()
  await redis.kill()
  await redis.start()
  expect(await ask((client) => client.dbsize())).toBe(0)
})

test('settings are changed until the next start, and a wrong one is told', async () => {
  const read = () => ask((client) => client.config('GET', 'maxmemory'))
  await redis.configure({ maxmemory: '3mb', 'maxmemory-policy': 'allkeys-lru' })
  expect(await read()).toEqual(['maxmemory', String(3 * 1024 * 1024)])
  await expect(redis.configure({ 'no-such-setting': '1' })).rejects.toThrow('no-such-setting')
  await redis.kill()
  await redis.start()
  expect(await read()).toEqual(['maxmemory', '0'])
})

test('a paused Redis keeps its connections and answers only when it is resumed', async () => {
  const client = new Redis(redis.url)
  await client.ping()
  redis.pause()
  let isAnswered = false
  const answer = client.ping().then((text) => {
    isAnswered = true
    return text
  })
  await sleep(300)
  expect(isAnswered).toBe(false)
  redis.resume()
  expect(await answer).toBe('PONG')
  client.disconnect()
})
