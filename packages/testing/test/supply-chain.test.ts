import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const readText = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8')
const LOCKFILE = readText('pnpm-lock.yaml')
const SETTINGS = readText('pnpm-workspace.yaml')

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const manifests: readonly Manifest[] = [
  'package.json',
  ...globSync('{apps,packages}/*/package.json', { cwd: ROOT }),
].map((path) => JSON.parse(readText(path)))

/** The lines below a key of the first level, without comments. */
function blockOf(yaml: string, key: string): string[] {
  const lines = yaml.split('\n')
  const start = lines.indexOf(`${key}:`)
  const end = lines.findIndex((line, index) => index > start && /^\S/.test(line))
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .filter((line) => line.trim() && !line.trim().startsWith('#'))
}

/** `name@version` of every package in the lockfile. */
const locked = blockOf(LOCKFILE, 'packages').flatMap(
  (line) => /^ {2}'?(@?[^@\s']+@[^:'(]+)'?:$/.exec(line)?.[1] ?? [],
)
const versionsOf = (name: string) =>
  locked.filter((each) => each.startsWith(`${name}@`)).map((each) => each.slice(name.length + 1))

function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0
}

describe('S17: every package in the lockfile', () => {
  it('comes from the registry and is known by its SHA-512', () => {
    const resolutions = blockOf(LOCKFILE, 'packages').filter((line) => line.includes('resolution:'))
    expect(resolutions.length).toBeGreaterThan(100)
    expect(resolutions).toHaveLength(locked.length)
    for (const line of resolutions)
      expect(line).toMatch(/^ {4}resolution: \{integrity: sha512-[\w+/]{86}==\}$/)
  })

  it('that we name is named with one exact version, in one place', () => {
    const catalog = blockOf(SETTINGS, 'catalog')
    expect(catalog.length).toBeGreaterThan(10)
    for (const line of catalog) expect(line).toMatch(/^ {2}"?[@\w/.-]+"?: \d+\.\d+\.\d+$/)
    for (const { name, dependencies, devDependencies } of manifests)
      for (const [dependency, wanted] of Object.entries({ ...dependencies, ...devDependencies }))
        expect(wanted, `${dependency} of ${name}`).toBe(
          dependency.startsWith('@gather/') ? 'workspace:*' : 'catalog:',
        )
  })
})

describe('S17: the settings of pnpm', () => {
  it.each([
    ['minimumReleaseAge: 4320', 'waits three days for others to find out'],
    ['trustPolicy: no-downgrade', 'refuses what is published with less proof than before'],
    ['blockExoticSubdeps: true', 'takes nothing from outside the registry'],
    ['strictDepBuilds: true', 'stops at an install script that nobody decided about'],
  ])('%s: it %s', (setting) => {
    expect(SETTINGS.split('\n')).toContain(setting)
  })

  it('make no exception, and let one package run a script: the one that brings Node', () => {
    expect(SETTINGS).not.toMatch(/Exclude|IgnoreAfter|dangerously|onlyBuiltDependencies/)
    expect(blockOf(SETTINGS, 'allowBuilds').map((line) => line.trim())).toEqual([
      'node: true',
      'msgpackr-extract: false',
    ])
  })

  it('are those of the pnpm that is pinned, and the installation keeps to the lockfile', () => {
    expect(JSON.parse(readText('package.json')).packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/)
    expect(readText('packages/local-stack/src/install-dependencies.js')).toContain(
      "['install', '--frozen-lockfile']",
    )
    expect(readText('.ci/run')).toContain('exec npm test')
  })
})

describe('S9, S17: known bad versions', () => {
  it.each([
    ['mysql2', '3.9.8', 'code injection by a time zone, and two more'],
    ['bullmq', '6.3.3', 'workers that die silently in an outage'],
    ['axios', '1.8.3', 'an absolute URL that wins over the base'],
    ['follow-redirects', '1.16.0', 'tokens that follow a redirect'],
  ])('%s is there once, and not below %s (%s)', (name, floor) => {
    const versions = versionsOf(name)
    expect(versions).toHaveLength(1)
    expect(isAtLeast(versions[0] ?? '', floor)).toBe(true)
  })

  it('of axios, published by a thief, are not among them', () => {
    expect(['1.14.1', '0.30.4']).not.toContain(versionsOf('axios')[0])
  })

  it('would be found: versions are compared as numbers', () => {
    expect([isAtLeast('3.10.0', '3.9.8'), isAtLeast('3.9.7', '3.9.8'), isAtLeast('4.0.0', '3.9.8')]).toEqual([
      true,
      false,
      true,
    ])
  })

  it('can not hide beside another copy: there is one ioredis', () => {
    expect(versionsOf('ioredis')).toHaveLength(1)
  })
})

/** The foreign packages that a process of ours names, itself or by way of our packages. */
function directOf(app: string): string[] {
  const seen = new Set<string>()
  const rest = [app]
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    for (const dependency of Object.keys(manifests.find((each) => each.name === name)?.dependencies ?? {})) {
      if (!seen.has(dependency) && dependency.startsWith('@gather/')) rest.push(dependency)
      seen.add(dependency)
    }
  }
  return [...seen].filter((name) => !name.startsWith('@gather/')).sort()
}

describe('S17: the packages that we name', () => {
  const SHARED = ['axios', 'bullmq', 'cron-parser', 'ioredis', 'mysql2', 'pino', 'pino-pretty', 'yaml', 'zod']

  it.each([
    ['@gather/worker', ['prom-client']],
    ['@gather/listener', ['prom-client']],
    ['@gather/planner', ['cli-progress', 'commander']],
    [
      '@gather/dashboard',
      ['@bull-board/api', '@bull-board/fastify', '@bull-board/ui', 'chart.js', 'fastify', 'prom-client'],
    ],
  ])('for %s are at least nine and what is listed here: another one is a decision', (app, more) => {
    expect(SHARED).toHaveLength(9)
    expect(directOf(app)).toEqual([...SHARED, ...more].sort())
  })
})
