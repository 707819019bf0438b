import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readSourceTree, type TreeFile } from '../src/check-tree/source-tree.ts'

const tree = readSourceTree(fileURLToPath(new URL('../../../', import.meta.url)))
/** Homes that no production process runs. */
const FOR_TESTS = ['packages/testing', 'packages/sample-portal', 'packages/local-stack', 'packages/bench']
const product = tree.files.filter(
  (file) => file.isCode && file.part === 'src' && !FOR_TESTS.includes(file.home),
)

/** `path:line` of every line of code that matches; comments don't count. */
const find = (files: readonly TreeFile[], pattern: RegExp): string[] =>
  files.flatMap((file) =>
    file.lines
      .filter((line) => !line.isComment && pattern.test(line.text))
      .map((line) => `${file.path}:${line.number}`),
  )

describe('code that the product must not hold', () => {
  it('is looked for in all of it', () => {
    expect(product.length).toBeGreaterThan(150)
    expect(find(product, /\bexport\b/).length).toBeGreaterThan(300)
  })

  it.each([
    [
      'S16: certificates that are not checked',
      /rejectUnauthorized\s*:(?!\s*true)|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity|insecureHTTPParser/,
    ],
    ['S9: a time zone that is not a constant', /\btimezone\s*:(?!\s*'Z')/],
    ['S7: several statements at once', /multipleStatements\s*:(?!\s*false)/],
    ['S3: markup that was put together elsewhere', /innerHTML|insertAdjacentHTML|document\.write/],
    ['S14: code from text', /\beval\s*\((?!SHUT)|\bnew Function\b|\bvm\b.*\bfrom 'node:vm'|runInNewContext/],
    [
      'S19: files that it writes',
      /\b(writeFile|appendFile|createWriteStream|mkdtemp|mkdir|openSync|copyFile|tmpdir|truncate)(Sync)?\s*\(/,
    ],
    ['S12: what prints past the logger', /\bconsole\.(log|error|warn|info|debug)\b/],
    ['processes and shells', /\bchild_process\b|\bexecSync\b|\bspawn\s*\(/],
  ])('%s', (_what, pattern) => {
    expect(find(product, pattern)).toEqual([])
  })

  it('S8: a file for the server is offered in one place alone', () => {
    const places = find(product, /infileStreamFactory/).map((place) => place.split(':')[0])
    expect(new Set(places)).toEqual(new Set(['packages/ledger/src/session.ts']))
  })

  it('S16: also tests check certificates, but those that show that it can not be turned off', () => {
    const others = tree.files.filter(
      (file) => file.isCode && !/(tls|certificate|forbidden-code)\.test\.ts$/.test(file.path),
    )
    expect(find(others, /rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/)).toEqual([])
  })
})
