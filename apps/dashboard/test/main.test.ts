import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const ENV = {
  PATH: process.env.PATH,
  MYSQL_URL: 'mysql://u:p@127.0.0.1:1/rover',
  REDIS_URL: 'redis://127.0.0.1:1',
}

const start = (env: Record<string, string>) =>
  spawnSync(process.execPath, [MAIN], { env: { ...ENV, ...env }, encoding: 'utf8', timeout: 20_000 })

test('an address that others reach without a password ends with one sentence and code 2', () => {
  const { status, stderr, stdout } = start({ DASHBOARD_HOST: '0.0.0.0' })
  expect(status).toBe(2)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toMatch(/^DASHBOARD_HOST 0\.0\.0\.0 can be reached from other machines/)
  expect(stdout).toBe('')
})

test('a port that is taken ends with one sentence and code 2', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { status, stderr } = start({ DASHBOARD_PORT: String(port) })
  await new Promise((resolve) => holder.close(resolve))
  expect(stderr).toContain(`127.0.0.1:${port} is taken by another process: set another DASHBOARD_PORT`)
  expect(status).toBe(2)
})
