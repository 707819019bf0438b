import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findServers } from '../src/find-servers.js'
import { acceptsConnections } from '../src/free-port.js'
import { identifyProcess, isRunning } from '../src/process-identity.js'
import { answersPing } from '../src/redis-ping.js'
import { startStack } from '../src/start-stack.js'
import { listServerProcesses } from './server-processes.ts'

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gs-stack-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const portOf = (url: string) => Number(new URL(url).port)
const identify = (pids: { redis: number; database: number }) =>
  [pids.redis, pids.database].map((pid) => identifyProcess(pid) ?? '')

test('starting and stopping twice leaves nothing running, and the second start reuses the data folder', async () => {
  const first = await startStack({ name: 'test', dataDir })
  const firstServers = identify(first.pids)
  expect(firstServers.every(isRunning)).toBe(true)
  await first.stop()
  await first.stop()
  const files = readdirSync(dataDir)

  const second = await startStack({ name: 'test', dataDir })
  const secondServers = identify(second.pids)
  expect(readdirSync(dataDir)).toEqual([...files, 'owner'].sort())
  expect(second.mysqlUrl).not.toBe(first.mysqlUrl)
  expect(await answersPing(portOf(second.redisUrl), new URL(second.redisUrl).password)).toBe(true)
  await second.stop()

  expect([...firstServers, ...secondServers].some(isRunning)).toBe(false)
  expect(await acceptsConnections(portOf(second.mysqlUrl))).toBe(false)
  expect(await acceptsConnections(portOf(second.redisUrl))).toBe(false)
})

test('every server that appears on the machine is ours: no system service is started', async () => {
  const before = new Set(listServerProcesses().map(({ pid }) => pid))
  const stack = await startStack({ name: 'test', dataDir })
  const appeared = listServerProcesses().filter(({ pid }) => !before.has(pid))
  await stack.stop()
  expect(appeared.map(({ pid }) => pid)).toEqual(expect.arrayContaining(Object.values(stack.pids)))
  for (const server of appeared) expect(server.parentCommand).toContain('supervise.js')
})

test('Redis lets nobody in without the password', async () => {
  const stack = await startStack({ name: 'test', dataDir })
  expect(await answersPing(portOf(stack.redisUrl), 'a-guess')).toBe(false)
  await stack.stop()
})

test('a parent that is killed leaves no orphan, and the next start in the same folder is not blocked', async () => {
  const owner = spawn(process.execPath, [new URL('stack-owner.ts', import.meta.url).pathname, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(owner.stdout, 'data')
  const servers = identify(JSON.parse(String(line)))
  expect(servers.every(isRunning)).toBe(true)
  owner.kill('SIGKILL')
  await once(owner, 'exit')

  const next = await startStack({ name: 'test', dataDir })
  expect(servers.some(isRunning)).toBe(false)
  await next.stop()
})

test('a server that dies is told, and stopping the rest still works', async () => {
  const stack = await startStack({ name: 'test', dataDir })
  process.kill(stack.pids.redis, 'SIGKILL')
  expect(await stack.failed).toContain('ended by itself (SIGKILL)')
  await stack.stop()
})

test('a second stack in one folder is refused while the first runs', async () => {
  const stack = await startStack({ name: 'test', dataDir })
  await expect(startStack({ name: 'test', dataDir })).rejects.toThrow(`Another stack runs in "${dataDir}"`)
  await stack.stop()
})

test('stacks in folders of their own run side by side, a temporary folder goes with its stack', async () => {
  const stacks = await Promise.all([1, 2].map(() => startStack({ name: 'test', temporary: true })))
  const [first, second] = stacks as [(typeof stacks)[0], (typeof stacks)[0]]
  expect(first.dataDir).not.toBe(second.dataDir)
  expect(new Set(stacks.flatMap((stack) => Object.values(stack.pids))).size).toBe(4)
  await Promise.all(stacks.map((stack) => stack.stop()))
  expect(stacks.some((stack) => existsSync(stack.dataDir))).toBe(false)
})

test('a server that can not start is one sentence with the end of its log, and nothing is left running', async () => {
  const found = await findServers()
  const broken = { path: '/bin/false', flavour: 'redis', version: '7.0.15' } as const
  await expect(startStack({ name: 'test', dataDir, servers: { ...found, redis: broken } })).rejects.toThrow(
    'redis did not start',
  )
  const files = readdirSync(dataDir).filter((file) => file.endsWith('.process'))
  expect(files).toHaveLength(2)
  const servers = files.map((file) => readFileSync(join(dataDir, file), 'utf8').split('\n')[0] ?? '')
  expect(servers.some(isRunning)).toBe(false)
})
