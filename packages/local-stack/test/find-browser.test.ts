import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findBrowser } from '../src/find-browser.js'
import { describeAptFailure, describeMissing, missingPackages } from '../src/install-servers.js'

let root = ''
const find = (env: NodeJS.ProcessEnv = {}) =>
  findBrowser(env, [join(root, 'bin'), join(root, 'more')], [join(root, 'Applications')])

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gs-programs-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function program(path: string, mode = 0o755): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, mode)
  return file
}

test.each([
  'bin/chromium',
  'more/chromium-browser',
  'bin/google-chrome',
  'more/google-chrome-stable',
  'Applications/Chromium.app/Contents/MacOS/Chromium',
  'Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
])('a Chromium is found where it is installed: %s', (path) => {
  const file = program(path)
  expect(find()).toBe(file)
})

test('Chromium is taken before Chrome, wherever in the PATH it stands', () => {
  program('bin/google-chrome')
  const chromium = program('more/chromium')
  expect(find()).toBe(chromium)
})

test('chromium-browser, which may only tell how to install it, is taken after every other', () => {
  program('bin/chromium-browser')
  const chrome = program('more/google-chrome-stable')
  expect(find()).toBe(chrome)
})

test('a machine without Chromium has none, nor does a file that can not be run make one', () => {
  expect(find()).toBeUndefined()
  program('bin/chromium', 0o644)
  expect(find()).toBeUndefined()
})

test('LOCAL_STACK_BROWSER names the one to take', () => {
  program('bin/chromium')
  expect(find({ LOCAL_STACK_BROWSER: '/opt/other/chrome' })).toBe('/opt/other/chrome')
})

test('where there is none, the tests have it installed, and the sentence names it; the demo needs none', () => {
  const server = { path: '/usr/bin/redis-server', flavour: 'redis', version: '7.0.15' } as const
  const database = {
    path: '/usr/sbin/mysqld',
    flavour: 'mysql',
    version: '9.7.4',
    installDb: undefined,
  } as const
  const found = { redis: server, database, browser: undefined }
  expect(missingPackages(found, true)).toEqual(['chromium'])
  expect(describeMissing(found, true)).toBe('Chromium or Google Chrome')
  expect(missingPackages(found, false)).toEqual([])
})

test('where apt has no Chromium, the sentence says what does instead', () => {
  const failure = (packages: string[]) =>
    describeAptFailure('reading\nE: Unable to locate package chromium\n', packages, 'sudo apt-get install')
  expect(failure(['chromium'])).toMatch(/Unable to locate package chromium.*Google Chrome/)
  expect(failure(['redis-server'])).not.toContain('Chrome')
})
