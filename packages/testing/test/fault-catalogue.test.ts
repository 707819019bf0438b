import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const CATALOGUE = readFileSync(`${ROOT}packages/testing/docs/fault-catalogue.md`, 'utf8')
const rows = [...CATALOGUE.matchAll(/^\| (\d+) +\| .+? +\| `([\w./-]+)` +\|$/gm)].map(
  ([, number = '', path = '']) => [Number(number), path] as const,
)

describe('the fault catalogue', () => {
  it('has all 46 faults, in order', () => {
    expect(rows.map(([number]) => number)).toEqual(Array.from({ length: 46 }, (_, index) => index + 1))
  })

  it.each(rows)('%i: %s holds a test of it', (number, path) => {
    expect(existsSync(`${ROOT}${path}`)).toBe(true)
    const code = readFileSync(`${ROOT}${path}`, 'utf8')
    const titled = new RegExp(`['"\`](\\d+, )*${number}(, \\d+)*: `)
    const tabled = new RegExp(`^ *\\[${number}, '`, 'm')
    expect(titled.test(code) || (tabled.test(code) && code.includes("'%i: "))).toBe(true)
  })
})
