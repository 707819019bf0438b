import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identifyProcess, isRunning } from '../src/process-identity.js'
import { announceStack, readRunningStack, withdrawStack } from '../src/running-stack.js'
import { claimFolder, makeTemporaryFolder, releaseFolder } from '../src/stack-folder.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gs-checkout-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** The identity of a process that has ended. */
async function deadProcess() {
  const child = spawn('sleep', ['60'])
  const identity = identifyProcess(child.pid ?? 0) ?? ''
  expect(isRunning(identity)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return identity
}

test('a process is told apart from a later one with the same number', () => {
  const own = identifyProcess(process.pid) ?? ''
  expect(isRunning(own)).toBe(true)
  expect(isRunning(`${process.pid}@1`)).toBe(false)
  expect(isRunning('')).toBe(false)
})

test('a folder has one owner at a time', () => {
  expect(claimFolder(root)).toBe(true)
  expect(claimFolder(root)).toBe(false)
  releaseFolder(root)
  releaseFolder(root)
  expect(claimFolder(root)).toBe(true)
})

test('an owner that was killed does not stand in the way', async () => {
  writeFileSync(join(root, 'owner'), await deadProcess())
  expect(claimFolder(root)).toBe(true)
})

test('temporary folders of owners that were killed are deleted by the next one, those of living ones stay', async () => {
  const [dead, living] = ['dead', 'living'].map((name) => join(root, 'temporary', name)) as [string, string]
  mkdirSync(dead, { recursive: true })
  mkdirSync(living)
  writeFileSync(join(dead, 'owner'), await deadProcess())
  claimFolder(living)
  const folder = makeTemporaryFolder(root, 'test')
  expect([dead, living, folder].map((path) => existsSync(path))).toEqual([false, true, true])
})

test('a running stack can be found from another terminal, by this user only', () => {
  const stackDir = join(root, '.local-stack')
  expect(readRunningStack(root)).toBeUndefined()
  announceStack(stackDir, { REDIS_URL: 'redis://127.0.0.1:1' })
  expect(readRunningStack(root)).toEqual({ REDIS_URL: 'redis://127.0.0.1:1' })
  expect(statSync(join(stackDir, 'env.json')).mode & 0o777).toBe(0o600)
  withdrawStack(stackDir)
  withdrawStack(stackDir)
  expect(readRunningStack(root)).toBeUndefined()
})

test('a stack that was killed is not found, and the next one takes its place', async () => {
  const stackDir = join(root, '.local-stack')
  mkdirSync(stackDir)
  const left = JSON.stringify({ owner: await deadProcess(), env: { REDIS_URL: 'redis://127.0.0.1:1' } })
  writeFileSync(join(stackDir, 'env.json'), left)
  expect(readRunningStack(root)).toBeUndefined()
  expect(announceStack(stackDir, { REDIS_URL: 'redis://127.0.0.1:2' })).toBe(true)
})

test('the announcement of another running stack is neither replaced nor withdrawn', () => {
  const stackDir = join(root, '.local-stack')
  mkdirSync(stackDir)
  const env = { REDIS_URL: 'redis://127.0.0.1:1' }
  writeFileSync(join(stackDir, 'env.json'), JSON.stringify({ owner: identifyProcess(process.ppid), env }))
  expect(announceStack(stackDir, { REDIS_URL: 'redis://127.0.0.1:2' })).toBe(false)
  withdrawStack(stackDir)
  expect(readRunningStack(root)).toEqual(env)
})
