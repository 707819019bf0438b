import { expect, test } from 'vitest'
import { checkTree } from '../src/check-tree/check-tree.ts'
import { buildSourceTree } from '../src/check-tree/source-tree.ts'

const manifest = (name: string, dependencies: string[] = [], devDependencies: string[] = []) =>
  JSON.stringify({
    name: `@gather/${name}`,
    dependencies: Object.fromEntries(dependencies.map((each) => [each, 'workspace:*'])),
    devDependencies: Object.fromEntries(devDependencies.map((each) => [each, 'workspace:*'])),
  })

// Written in pieces, so that the check of this very tree does not take the samples for the real thing.
const importing = (name: string) => `import { it } from ${JSON.stringify(name)}\n`
const pieces = (...parts: string[]) => parts.join('')

function check(contents: Record<string, string>, topLevel: string[] = ['apps', 'packages']) {
  const files = Object.entries(contents).map(([path, text]) => ({ path, text }))
  return checkTree(buildSourceTree(topLevel, files)).map(
    ({ path, line, sentence }) => `${path}:${line}: ${sentence}`,
  )
}

test('a tree that keeps the rules has no findings', () => {
  const findings = check({
    'packages/queue/package.json': manifest('queue', ['@gather/platform'], ['@gather/testing']),
    'packages/queue/src/worker.ts':
      importing('@gather/platform') + importing('bullmq') + importing('./job.ts'),
    'packages/queue/test/worker.int.test.ts': importing('@gather/testing') + importing('../src/worker.ts'),
    'apps/worker/package.json': manifest('worker', ['@gather/queue']),
    'apps/worker/src/main.ts': importing('@gather/queue') + importing('node:fs'),
  })
  expect(findings).toEqual([])
})

test.each([
  ['packages/platform/src/a.ts', '@gather/topics'],
  ['packages/source/src/a.ts', '@gather/store'],
  ['packages/store/src/a.ts', '@gather/queue'],
  ['packages/runs/src/a.ts', '@gather/worker'],
  ['packages/runs/src/a.ts', '@gather/testing'],
  ['apps/worker/src/a.ts', '@gather/planner'],
  ['packages/local-stack/src/a.js', '@gather/platform'],
])('%s may not import %s', (path, target) => {
  expect(check({ [path]: importing(target) })).toContain(
    `${path}:1: imports ${target}, against the dependency direction`,
  )
})

test.each([
  ['packages/runs/src/a.ts', 'bullmq', 'queue'],
  ['apps/worker/src/a.ts', 'ioredis', 'queue, testing, bench'],
  ['packages/queue/src/a.ts', 'mysql2/promise', 'store, ledger, testing, bench'],
  ['packages/sample-portal/test/a.test.ts', 'axios', 'source'],
  ['apps/listener/src/a.ts', '@bull-board/api', 'dashboard'],
])('%s may not import %s', (path, specifier, homes) => {
  const [name] = specifier.split('/promise')
  expect(check({ [path]: importing(specifier) })).toEqual([
    `${path}:1: imports ${name}, which only ${homes} may import`,
  ])
})

test('tests may look into Redis and the database', () => {
  expect(
    check({ 'apps/worker/test/a.int.test.ts': importing('ioredis') + importing('mysql2/promise') }),
  ).toEqual([])
})

test('a package is imported by its index only, and only where it is declared', () => {
  const path = 'packages/topics/src/a.ts'
  expect(
    check({
      'packages/topics/package.json': manifest('topics'),
      [path]: importing('@gather/platform/src/x.ts'),
    }),
  ).toEqual([
    pieces(`${path}:1: imports "@gather/platform/src/x.ts"; `, 'import ', '"@gather/platform", its index'),
    `${path}:1: imports @gather/platform, which packages/topics/package.json does not name in its dependencies`,
  ])
  expect(check({ [path]: importing('../../platform/src/x.ts') })).toEqual([
    `${path}:1: imports "../../platform/src/x.ts" out of packages/topics; import a package by its name`,
  ])
})

test('a test-only dependency does not serve the source', () => {
  const contents = {
    'apps/planner/package.json': manifest('planner', [], ['@gather/sample-portal']),
    'apps/planner/src/a.ts': importing('@gather/sample-portal'),
    'apps/planner/test/a.test.ts': importing('@gather/sample-portal'),
  }
  expect(check(contents)).toEqual([
    'apps/planner/src/a.ts:1: imports @gather/sample-portal, which apps/planner/package.json does not name in its dependencies',
  ])
})

test('packages that import each other the long way round are found once', () => {
  const ring = ['ledger', 'store', 'topics']
  const contents = ring.map((name, index) => {
    const next = `@gather/${ring[(index + 1) % 3]}`
    return {
      [`packages/${name}/package.json`]: manifest(name, [next]),
      [`packages/${name}/src/a.ts`]: importing(next),
    }
  })
  const cycles = check(Object.assign({}, ...contents)).filter((text) => text.includes('imports itself'))
  expect(cycles).toEqual([
    'packages/ledger/package.json:1: imports itself by way of @gather/ledger -> @gather/store -> @gather/topics -> @gather/ledger',
  ])
})

test('only platform reads the environment', () => {
  const read = 'const url = process.env.REDIS_URL\n'
  const sentence = 'reads the environment, which only platform may: call its readConfig()'
  expect(check({ 'packages/queue/src/a.ts': `\n${read}` })).toEqual([
    `packages/queue/src/a.ts:2: ${sentence}`,
  ])
  expect(check({ 'apps/worker/src/main.ts': 'run(process.env)\n' })).toEqual([
    `apps/worker/src/main.ts:1: ${sentence}`,
  ])
  expect(check({ 'packages/queue/src/a.ts': '// process.env is read elsewhere\n' })).toEqual([])
  const allowed = [
    'packages/platform/src/a.ts',
    'apps/planner/bin/planner.js',
    'packages/queue/test/a.test.ts',
  ]
  expect(check(Object.fromEntries(allowed.map((path) => [path, read])))).toEqual([])
})

test.each([
  ['apps/worker/src/main.ts', 80],
  ['apps/worker/src/load.ts', 300],
  ['packages/queue/test/load.test.ts', 400],
])('%s may have %i lines', (path, lineCount) => {
  expect(check({ [path]: 'a()\n'.repeat(lineCount) })).toEqual([])
  expect(check({ [path]: 'a()\n'.repeat(lineCount + 1) })).toEqual([
    `${path}:${lineCount + 1}: has ${lineCount + 1} lines; ${lineCount} are allowed`,
  ])
})

test('names that say nothing are found, in files and folders', () => {
  expect(check({ 'packages/queue/src/utils/a.ts': '', 'packages/queue/src/types.ts': '' })).toEqual([
    'packages/queue/src/types.ts:1: is named "types"; name the subject instead',
    'packages/queue/src/utils/a.ts:1: is named "utils"; name the subject instead',
  ])
})

test('default exports are for settings of tools only', () => {
  const text = pieces('export ', 'default {}\n')
  expect(check({ 'packages/queue/src/a.ts': text })).toEqual([
    'packages/queue/src/a.ts:1: has a default export; export by name',
  ])
  expect(check({ 'packages/queue/src/vitest.config.ts': text })).toEqual([])
})

test.each([
  ['TO', 'DO'],
  ['FIX', 'ME'],
  ['XX', 'X'],
  ['HA', 'CK'],
  ['@ts-', 'ignore'],
  ['@ts-', 'expect-error'],
  ['biome-', 'ignore'],
])('the mark %s%s is found, in comments and in documents', (...parts) => {
  const mark = pieces(...parts)
  expect(check({ 'packages/queue/README.md': `first\n// ${mark} later\n` })).toEqual([
    `packages/queue/README.md:2: holds the mark "${mark}"`,
  ])
})

test.each([
  ['test.', 'only'],
  ['it.', 'skip'],
  ['describe.each.', 'skipIf'],
])('%s%s is found in tests', (...parts) => {
  const found = pieces(...parts)
  expect(check({ 'packages/queue/test/a.test.ts': `${found}('x')\n` })).toEqual([
    `packages/queue/test/a.test.ts:1: holds "${found}"; every test runs, always`,
  ])
})

test('nothing stands at the top level that the design does not name', () => {
  expect(check({}, ['.ci', 'README.md', 'apps', 'docs', 'pnpm-lock.yaml', 'sql'])).toEqual([
    'docs:1: stands at the top level, which is fixed by the design',
  ])
})
