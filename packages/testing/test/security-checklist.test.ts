import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const readText = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8')
const CHECKLIST = readText('packages/testing/docs/security-checklist.md')

interface Row {
  readonly number: string
  readonly control: string
  /** Where it is checked; undefined where it can't be here. */
  readonly check: { readonly path: string; readonly title: string } | undefined
  readonly reason: string | undefined
}

const rows: readonly Row[] = [...CHECKLIST.matchAll(/^\| (S\d+) +\| (.+?) +\| (.+?) +\|$/gm)].map(
  ([, number = '', control = '', where = '']) => {
    const [, path, title] = /^`([\w./-]+)`: (.+)$/.exec(where) ?? []
    const check = path === undefined || title === undefined ? undefined : { path, title }
    return { number, control, check, reason: /^not here: (.+)$/.exec(where)?.[1] }
  },
)
const checked = rows.flatMap(({ number, check }) => (check === undefined ? [] : [{ number, ...check }]))

describe('the security checklist', () => {
  it('has every number of the list, in order', () => {
    const numbers = [...new Set(rows.map((row) => row.number))]
    expect(numbers).toEqual(Array.from({ length: 21 }, (_, index) => `S${index + 1}`))
    expect(rows).toHaveLength(CHECKLIST.match(/^\| S\d/gm)?.length ?? 0)
  })

  it('says of every control where it is checked, or why it is not here', () => {
    for (const { number, control, check, reason } of rows)
      expect(
        [check, reason].filter((each) => each !== undefined),
        `${number} ${control}`,
      ).toHaveLength(1)
  })

  it.each(checked)('$number: $path holds the named test', ({ path, title }) => {
    expect(path).toMatch(/\.test\.ts$/)
    expect(existsSync(`${ROOT}/${path}`)).toBe(true)
    const code = readText(path).replaceAll(/\\'/g, "'")
    expect(code).toMatch(new RegExp(`['"\`]${title.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}['"\`]`))
  })

  it('names every test file that says an S-number', () => {
    const files = globSync('{apps,packages}/*/test/**/*.test.ts', { cwd: ROOT }).filter(
      (path) => !path.endsWith('security-checklist.test.ts'),
    )
    const said = files.flatMap((path) =>
      [...readText(path).matchAll(/['"`](S\d+(?:, S\d+)*): /g)].flatMap((match) =>
        (match[1] ?? '').split(', ').map((number) => `${number} ${path}`),
      ),
    )
    expect(said.length).toBeGreaterThan(30)
    expect(checked.map(({ number, path }) => `${number} ${path}`)).toEqual(
      expect.arrayContaining([...new Set(said)]),
    )
  })
})
