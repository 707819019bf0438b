import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const readText = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8')
const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

const PAGE = readText('packages/telemetry/docs/metrics.md')
const SOURCES = globSync(['apps/*/src/**/*.ts', 'packages/{telemetry,runs,ledger}/src/**/*.ts'], {
  cwd: ROOT,
})

/** Name and labels of every metric that code defines: `define`, `counter` and `gauge` take both, `new Histogram` by fields. */
function definedMetrics(): Map<string, string> {
  const text = SOURCES.map(readText).join('\n')
  const calls = text.matchAll(
    /\b(?:define|counter|gauge)\(\s*'(gather_\w+)',\s*(?:'[^']*'|"[^"]*")(?:,\s*\[([^\]]*)\])?/g,
  )
  const fields = text.matchAll(/\bname: '(gather_\w+)',\s*help: '[^']*',\s*labelNames: \[([^\]]*)\]/g)
  return new Map([...calls, ...fields].map(([, name = '', labels = '']) => [name, labelsOf(labels)]))
}

const labelsOf = (list: string): string => unique(list.match(/\w+/g) ?? []).join(' ')

/** The same as the tables have it. */
const listed = new Map(
  [...PAGE.matchAll(/^\| `(gather_\w+)` +\| ([^|]*)\|/gm)].map(([, name = '', labels = '']) => [
    name,
    labelsOf(labels),
  ]),
)

test('every metric that is defined is in the tables with its labels, and the other way round', () => {
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(definedMetrics()))
})

test('no metric is defined in a way that this test does not see', () => {
  const named = SOURCES.flatMap((path) => readText(path).match(/(?<=')gather_\w+(?=')/g) ?? [])
  expect(unique(named)).toEqual(unique([...definedMetrics().keys()]))
  expect(listed.size).toBeGreaterThan(20)
})

test('every row says what its metric means and when to worry', () => {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'))
  for (const row of rows) {
    const [, , , meaning = '', worry = ''] = row.split(/(?<!\\)\|/)
    expect(meaning.trim(), row).not.toBe('')
    expect(worry.trim(), row).not.toBe('')
  }
})

test('thresholds, alert rules and the README name only metrics that are there', () => {
  const known = [...listed.keys()]
  for (const text of [PAGE, readText('README.md')])
    for (const name of text.match(/\bgather_[a-z_]+\b/g) ?? []) expect(known).toContain(name)
})
