import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPassword } from '../src/create-password.js'
import { answersPing } from '../src/redis-ping.js'
import { startRedis } from '../src/start-redis.js'

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gs-same-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

test('a Redis that is started again on its port and password has the same URL', async () => {
  const first = await startRedis({ dataDir, password: createPassword() })
  const { password } = new URL(first.url)
  await first.stop()
  const second = await startRedis({ dataDir, port: first.port, password })
  expect(second.url).toBe(first.url)
  expect(await answersPing(second.port, password)).toBe(true)
  await second.stop()
})
