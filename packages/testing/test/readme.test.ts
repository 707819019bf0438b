import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const readText = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8')

const README = readText('README.md')
const RECORDS = globSync('packages/*/docs/adr/*.md', { cwd: ROOT }).sort()

const optionsIn = (text: string): string[] => text.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []
const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

/** Options by command, told by the program itself: in a process of its own, as no package imports an app. */
function readProgram(): Map<string, readonly string[]> {
  const script = `
    const { createProgram } = await import(${JSON.stringify(`${ROOT}/apps/planner/src/program.ts`)})
    const commands = createProgram().commands.map((each) => [each.name(), each.options.map((option) => option.long)])
    process.stdout.write(JSON.stringify(commands))`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  return new Map(JSON.parse(output))
}

/** Everything of the README that is set as code: spans and lines of blocks. */
function codeIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^ *```\w*\n([\s\S]*?)^ *```$/gm)].map((match) => match[1] ?? '')
  const prose = markdown.replace(/^ *```\w*\n[\s\S]*?^ *```$/gm, '')
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  return [...blocks.flatMap((block) => block.split('\n')), ...spans]
}

/** The uses of `planner <command> ...` in the README's code; `<command>` itself is no use. */
function plannerUses(): { readonly command: string; readonly text: string }[] {
  return codeIn(README).flatMap((text) => {
    const use = /\bplanner(?: (?:help )?)([a-z]+).*/.exec(text)
    return use?.[1] === undefined ? [] : [{ command: use[1], text: use[0] }]
  })
}

/** The rows of the command line reference: the first cell's command, and all options of the row. */
function referenceRows(): Map<string, string[]> {
  const rows = [...README.matchAll(/^\| `planner ([a-z]+)[^|]*\|([^|]*)\|.*$/gm)]
  return new Map(rows.map(([row, command = '', options = '']) => [command, optionsIn(options || row)]))
}

const program = readProgram()

describe('the command line in the README', () => {
  it('names commands that the program has', () => {
    const named = unique(plannerUses().map((use) => use.command)).filter((command) => command !== 'help')
    expect(named).toEqual(unique([...program.keys()]))
  })

  it('gives no command an option that it does not have', () => {
    for (const { command, text } of plannerUses()) {
      const known = [...(program.get(command) ?? []), '--help']
      for (const option of optionsIn(text)) expect(known, text).toContain(option)
    }
  })

  it('lists exactly the options of each command', () => {
    const expected = [...program].map(([command, options]) => [command, unique(options)])
    const listed = [...referenceRows()].map(([command, options]) => [command, unique(options)])
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(expected))
  })
})

describe('the links of the README', () => {
  const links = [...README.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')

  it.each(links.filter((link) => !/^(https?:|#)/.test(link)))('%s leads to something', (link) => {
    expect(existsSync(`${ROOT}/${link.split('#')[0]}`)).toBe(true)
  })

  it('reach every decision record', () => {
    expect(unique(links.filter((link) => link.includes('/docs/adr/')))).toEqual(RECORDS)
  })

  it('name no file in prose that is not there', () => {
    const paths = codeIn(README).flatMap((text) => text.match(/\b(?:apps|packages|sql)\/[\w./-]*\w/g) ?? [])
    for (const path of unique(paths)) expect(existsSync(`${ROOT}/${path}`), path).toBe(true)
  })
})

describe('the error codes in the README', () => {
  it('are those that the program makes', () => {
    const sources = globSync('{apps,packages}/*/src/**/*.ts', { cwd: ROOT })
      .filter((path) => !path.startsWith('packages/sample-portal/'))
      .map(readText)
      .join('\n')
    const made = [...sources.matchAll(/\bcode(?::| =) '([A-Z]+(?:_[A-Z]+)*)'/g)].map(
      (match) => match[1] ?? '',
    )
    const unproven = [...sources.matchAll(/\bunproven\(\s*'([A-Z]+)'/g)].map((match) => `VERIFY_${match[1]}`)
    const list = README.slice(README.indexOf('<summary>All error codes'), README.indexOf('</details>'))
    const listed = [...list.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map((match) => match[1] ?? '')
    expect(unique(listed)).toEqual(unique([...made, ...unproven]))
  })
})

describe('a decision record', () => {
  it.each(RECORDS)('%s says context, decision and consequences, on one page', (path) => {
    const text = readText(path)
    expect(basename(path)).toMatch(/^\d{4}-[a-z0-9-]+\.md$/)
    expect(text.match(/^#+ .*$/gm)).toEqual([
      expect.stringMatching(/^# \S/),
      '## Context',
      '## Decision',
      '## Consequences',
    ])
    expect(text.split('\n').length).toBeLessThan(60)
  })
})
