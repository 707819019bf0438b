import type { Finding, Line, SourceTree, TreeFile } from './source-tree.ts'

interface LineRule {
  readonly applies: (file: TreeFile) => boolean
  readonly pattern: RegExp
  readonly inComments: boolean
  readonly sentence: (found: string) => string
}

/** Homes whose code reads the environment; everyone else is handed what it needs. */
const READERS = ['packages/platform', 'packages/local-stack', 'packages/testing', 'packages/bench']

// Each mark is cut in two, so that this file does not find itself.
const MARKS = ['TO|DO', 'FIX|ME', 'XX|X', 'HA|CK'].map((mark) => `\\b${mark.replace('|', '')}\\b`)
const SWITCHES = ['@ts-|ignore', '@ts-|expect-error', '@ts-|nocheck', 'biome-|ignore', 'eslint-|disable']

const RULES: readonly LineRule[] = [
  {
    applies: (file) =>
      file.isCode &&
      file.part !== 'test' &&
      !READERS.includes(file.home) &&
      !(file.home.startsWith('apps/') && file.part === 'bin'),
    pattern: /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\[|\bimport\b.*\benv\b.*['"](node:)?process['"]/,
    inComments: false,
    sentence: () => `reads the environment, which only platform may: call its readConfig()`,
  },
  {
    applies: (file) => file.isCode && file.part === 'src' && !/\.config\.[a-z]+$/.test(file.path),
    pattern: /\bexport\s+default\b|\bas\s+default\b/,
    inComments: false,
    sentence: () => 'has a default export; export by name',
  },
  {
    applies: () => true,
    pattern: new RegExp([...MARKS, ...SWITCHES.map((text) => text.replace('|', ''))].join('|')),
    inComments: true,
    sentence: (found) => `holds the mark "${found}"`,
  },
  {
    applies: (file) => file.isCode && file.part === 'test',
    pattern: /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|skipIf|runIf|todo|fails)\b/,
    inComments: false,
    sentence: (found) => `holds "${found}"; every test runs, always`,
  },
]

/** The environment, default exports, leftover marks and skipped tests. */
export function checkLines(tree: SourceTree): Finding[] {
  return tree.files.flatMap((file) => {
    const rules = RULES.filter((rule) => rule.applies(file))
    return file.lines.flatMap((line) => checkLine(file, line, rules))
  })
}

function checkLine(file: TreeFile, line: Line, rules: readonly LineRule[]): Finding[] {
  return rules.flatMap((rule) => {
    const found = line.isComment && !rule.inComments ? null : rule.pattern.exec(line.text)
    return found ? [{ path: file.path, line: line.number, sentence: rule.sentence(found[0]) }] : []
  })
}
