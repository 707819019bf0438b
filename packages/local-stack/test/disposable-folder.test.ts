import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeDisposableFolder } from '../src/disposable-folder.js'
import { identifyProcess } from '../src/process-identity.js'

let temporaryDir = ''
beforeEach(() => {
  temporaryDir = mkdtempSync(join(tmpdir(), 'gs-disposable-'))
  vi.stubEnv('TMPDIR', temporaryDir)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporaryDir, { recursive: true, force: true })
})

test('a folder is removed with what is in it, and removing it twice is fine', async () => {
  const folder = makeDisposableFolder('test')
  writeFileSync(join(folder.path, 'data'), 'x')
  await folder.remove()
  await folder.remove()
  expect(readdirSync(temporaryDir)).toEqual([])
})

test('a folder goes with the process that made it, even by SIGKILL, once the server in it has ended', async () => {
  const script = fileURLToPath(new URL('folder-owner.ts', import.meta.url))
  const owner = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(owner.stdout, 'data')
  const folder = String(line).trim()
  const server = spawn('sleep', ['600'])
  writeFileSync(join(folder, 'redis.process'), `${identifyProcess(server.pid ?? 0)}\n`)
  owner.kill('SIGKILL')
  await once(owner, 'exit')

  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(existsSync(folder)).toBe(true)
  server.kill('SIGKILL')
  await vi.waitUntil(() => !existsSync(folder), { timeout: 20_000 })
}, 30_000)
