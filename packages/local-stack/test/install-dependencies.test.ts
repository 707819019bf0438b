import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { installDependencies, pnpmCommand, requireNode } from '../src/install-dependencies.js'

let root = ''
const installs = () => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8') : '')

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gs-checkout-'))
  for (const folder of ['bin', 'node_modules', 'packages/one'])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'package.json'), JSON.stringify({ packageManager: 'pnpm@12.21.0+sha512.00' }))
  writeFileSync(join(root, 'packages/one/package.json'), '{}')
  npx('echo "$*" >>calls')
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

/** A stand-in that notes its arguments: the real one would fetch from the registry. */
function npx(body: string) {
  writeFileSync(join(root, 'bin/npx'), `#!/bin/sh\n${body}\n`)
  chmodSync(join(root, 'bin/npx'), 0o755)
}

test('packages are installed by the pinned pnpm from the frozen lockfile', async () => {
  await installDependencies({ root })
  expect(installs()).toBe('--yes pnpm@12.21.0 install --frozen-lockfile\n')
  expect(pnpmCommand(root, ['run', 'check'])).toEqual(['npx', ['--yes', 'pnpm@12.21.0', 'run', 'check']])
})

test('a second time nothing is done, until a manifest changes', async () => {
  await installDependencies({ root })
  await installDependencies({ root })
  expect(installs().split('\n')).toHaveLength(2)
  writeFileSync(join(root, 'packages/one/package.json'), '{"dependencies":{}}')
  await installDependencies({ root })
  expect(installs().split('\n')).toHaveLength(3)
})

test('a failed installation says why and is tried again the next time', async () => {
  npx('echo "ERR_PNPM_OUTDATED_LOCKFILE"; exit 1')
  await expect(installDependencies({ root })).rejects.toThrow('ERR_PNPM_OUTDATED_LOCKFILE')
  npx('echo "$*" >>calls')
  await installDependencies({ root })
  expect(installs()).not.toBe('')
})

test('a Node that is too old is told in one sentence', () => {
  expect(() => requireNode('16.20.2')).toThrow('Node 18 or newer is needed, and this is Node 16.20.2')
  expect(() => requireNode('18.0.0')).not.toThrow()
})
