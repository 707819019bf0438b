import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pnpmCommand } from '../src/install-dependencies.js'
import { rootDir } from '../src/root-dir.js'
import { runCommand } from '../src/run-command.js'

const MANIFESTS = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '{apps,packages}/*/package.json']

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gather-lockfile-'))
  for (const path of globSync(MANIFESTS, { cwd: rootDir() }))
    cpSync(join(rootDir(), path), join(folder, path), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

function change(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8')
  expect(text).toMatch(from)
  writeFileSync(join(folder, file), text.replace(from, to))
}

/** The installation of the two commands, without the net: what is refused here is refused before anything is fetched. */
async function install() {
  const [command, args] = pnpmCommand(rootDir(), [
    'install',
    '--frozen-lockfile',
    '--offline',
    '--ignore-scripts',
  ])
  const { CI: _ci, ...env } = process.env
  return runCommand(command, args, { cwd: folder, env: { ...env, CI: 'true' } })
}

test('S17: a version that the lockfile does not have is refused, and nothing is installed', async () => {
  change('pnpm-workspace.yaml', /axios: \d+\.\d+\.\d+/, 'axios: 1.14.1')
  const { code, output } = await install()
  expect(output).toMatch(/frozen/)
  expect(code).not.toBe(0)
  expect(existsSync(join(folder, dirname('node_modules/axios')))).toBe(false)
})

test('S17: a package that the lockfile does not have is refused', async () => {
  change('apps/worker/package.json', '"dependencies": {', '"dependencies": {\n    "left-pad": "1.3.0",')
  const { code, output } = await install()
  expect(output).toMatch(/ERR_PNPM_OUTDATED_LOCKFILE|frozen|not up to date/)
  expect(code).not.toBe(0)
})

test('S17: a setting that pnpm does not know, such as a misspelt one, is refused', async () => {
  change('pnpm-workspace.yaml', 'minimumReleaseAge', 'minimumReleaseAgee')
  const { code, output } = await install()
  expect(output).toContain('ERR_PNPM_UNRECOGNIZED_WORKSPACE_SETTINGS')
  expect(code).not.toBe(0)
})
