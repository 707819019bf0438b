import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identifyProcess, isRunning } from '../src/process-identity.js'
import { startProcess } from '../src/start-process.js'

let logDir = ''
beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), 'gs-process-'))
})
afterEach(() => rmSync(logDir, { recursive: true, force: true }))

const start = (script: string, graceMs = 5_000) =>
  startProcess({ name: 'app', command: 'sh', args: ['-c', script], env: process.env, logDir, graceMs })

test('an app writes to its log file and is stopped with what it writes kept', async () => {
  const app = await start('echo "listening on http://127.0.0.1:4711"; exec sleep 60')
  const output = await app.waitUntilReady((text) => text.includes('4711'), 5_000)
  expect(output).toContain('http://127.0.0.1:4711')
  const identity = identifyProcess(app.pid) ?? ''
  await app.stop()
  await app.stop()
  expect(isRunning(identity)).toBe(false)
  expect(readFileSync(join(logDir, 'app.log'), 'utf8')).toBe('listening on http://127.0.0.1:4711\n')
})

test('an app that ends while starting is told with the end of its log', async () => {
  const app = await start('echo "no such table"; exit 3')
  await expect(app.waitUntilReady(() => false, 5_000)).rejects.toThrow(
    /app ended while starting: no such table/,
  )
  expect(await app.failed).toContain('app ended by itself with code 3: no such table')
})

test('an app that ignores SIGTERM is killed after its grace', async () => {
  const app = await start('trap "" TERM; echo ready; while :; do sleep 0.05; done', 200)
  await app.waitUntilReady((text) => text.includes('ready'), 5_000)
  const identity = identifyProcess(app.pid) ?? ''
  await app.stop()
  expect(isRunning(identity)).toBe(false)
})

test('a command that is not there is one sentence', async () => {
  const missing = startProcess({ name: 'app', command: '/no/such/program', args: [], env: {}, logDir })
  await expect(missing).rejects.toThrow('"/no/such/program" can\'t be run')
})

test('an app that someone paused hears that it is to stop', async () => {
  const app = await start('trap "echo bye; exit" TERM; echo ready; while :; do sleep 0.05; done')
  await app.waitUntilReady((text) => text.includes('ready'), 5_000)
  process.kill(app.pid, 'SIGSTOP')
  await app.stop()
  expect(readFileSync(app.logPath, 'utf8')).toBe('ready\nbye\n')
})
