import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { plant } from '../src/planted-bugs/plant.ts'
import { PLANTED_BUGS } from '../src/planted-bugs/planted-bugs.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

describe('the planted bugs', () => {
  it.each(PLANTED_BUGS.map((bug) => [bug.name, bug] as const))(
    '%s still finds its place',
    (_name, { edits }) => {
      for (const file of new Set(edits.map((edit) => edit.file))) {
        const source = readFileSync(`${ROOT}${file}`, 'utf8')
        expect(plant(edits, `${ROOT}${file}`, source)).not.toBe(source)
      }
    },
  )

  it('are at least a dozen, each another one', () => {
    const names = new Set(PLANTED_BUGS.map((bug) => bug.name))
    expect(names.size).toBe(PLANTED_BUGS.length)
    expect(names.size).toBeGreaterThanOrEqual(12)
  })

  it('touch no module but their own', () => {
    const edits = [{ file: 'packages/a/src/b.ts', find: 'x', replace: 'y' }]
    expect(plant(edits, '/checkout/packages/c/src/b.ts', 'x')).toBe('x')
    expect(plant(edits, 'file:///checkout/packages/a/src/b.ts?v=1', 'x')).toBe('y')
  })

  it('are refused where their text is gone or there twice', () => {
    const edits = [{ file: 'packages/a/src/b.ts', find: 'x', replace: 'y' }]
    for (const source of ['', 'x x'])
      expect(() => plant(edits, '/packages/a/src/b.ts', source)).toThrow('holds')
  })
})
