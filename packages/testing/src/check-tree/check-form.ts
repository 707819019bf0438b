import type { Finding, SourceTree, TreeFile } from './source-tree.ts'

const MAIN_LINES_MAX = 80
const SOURCE_LINES_MAX = 300
const TEST_LINES_MAX = 400
const VAGUE_NAMES = ['utils', 'helpers', 'common', 'lib', 'types', 'interfaces']

/** At the top level of the repository; names that start with a dot come on top. */
const TOP_LEVEL = [
  ...['apps', 'packages', 'sql', 'README.md', 'LICENSE'],
  ...['docker-compose.yml', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tsconfig.base.json'],
]

/** Only what the design names stands at the top level. */
export function checkTopLevel(tree: SourceTree): Finding[] {
  return tree.topLevel
    .filter((name) => !name.startsWith('.') && !TOP_LEVEL.includes(name))
    .map((name) => ({
      path: name,
      line: 1,
      sentence: 'stands at the top level, which is fixed by the design',
    }))
}

/** No file or folder has a name that says nothing. */
export function checkNames(tree: SourceTree): Finding[] {
  return tree.files.flatMap(({ path }) =>
    path
      .split('/')
      .map((segment) => segment.split('.')[0] ?? '')
      .filter((name) => VAGUE_NAMES.includes(name))
      .map((name) => ({ path, line: 1, sentence: `is named "${name}"; name the subject instead` })),
  )
}

/** No file of code has grown too long. */
export function checkSizes(tree: SourceTree): Finding[] {
  return tree.files.flatMap((file) => {
    const lineCountMax = linesMax(file)
    const lineCount = file.lines.length
    if (!file.isCode || lineCount <= lineCountMax) return []
    return [
      {
        path: file.path,
        line: lineCountMax + 1,
        sentence: `has ${lineCount} lines; ${lineCountMax} are allowed`,
      },
    ]
  })
}

function linesMax({ path, part }: TreeFile): number {
  if (/^apps\/[^/]+\/src\/main\.ts$/.test(path)) return MAIN_LINES_MAX
  return part === 'test' ? TEST_LINES_MAX : SOURCE_LINES_MAX
}
