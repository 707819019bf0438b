import { defineConfig, type Plugin } from 'vitest/config'
import { BUG_VARIABLE, editsOf, plant } from '../packages/testing/src/planted-bugs/plant.ts'

const root = new URL('..', import.meta.url).pathname
const bug = process.env[BUG_VARIABLE]
const edits = bug === undefined ? [] : editsOf(bug)
const plugins: Plugin[] = [
  { name: 'planted-bug', enforce: 'pre', transform: (source, path) => plant(edits, path, source) },
]

export default defineConfig({
  test: {
    // A module that was read without the bug must not be taken from the cache.
    fsModuleCache: bug === undefined,
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/test/**/*.test.ts'],
          exclude: ['**/*.{int,browser,real,fault}.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        root,
        plugins,
        test: {
          name: 'services',
          include: ['{apps,packages}/*/test/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        root,
        test: {
          name: 'real',
          include: ['packages/*/test/**/*.real.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        root,
        plugins,
        test: {
          name: 'faults',
          include: ['packages/*/test/**/*.fault.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        root,
        test: {
          name: 'browser',
          include: ['{apps,packages}/*/test/**/*.browser.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
