import { globSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const IGNORED = readFileSync(`${ROOT}/.gitignore`, 'utf8').split('\n').filter(Boolean)
const PATHS = globSync(['*', '.*', '{apps,packages,sql,.ci,.config}/**/*', '{apps,packages}/**/.*'], {
  cwd: ROOT,
  exclude: (path) =>
    /(^|\/)(node_modules|\.local-stack|\.git)$/.test(path) || /(^|\/)\.env$|\.log$/.test(path),
})
const FILES = PATHS.filter((path) => statSync(`${ROOT}/${path}`).isFile()).map((path) => ({
  path,
  text: readFileSync(`${ROOT}/${path}`, 'utf8'),
}))

const find = (pattern: RegExp, files = FILES): string[] =>
  files.flatMap(({ path, text }) => [...text.matchAll(pattern)].map((match) => `${path}: ${match[0]}`))

describe('S11: the repository', () => {
  it('is looked through', () => {
    expect(FILES.length).toBeGreaterThan(400)
    expect(FILES.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        '.env.example',
        'README.md',
        'pnpm-lock.yaml',
        'sql/users/create_user_viewer.sql',
      ]),
    )
  })

  it('ignores the files that hold secrets', () => {
    expect(IGNORED).toEqual(expect.arrayContaining(['.env', '.secrets/', '.local-stack/', '*.log']))
  })

  it.each([
    ['private keys', /-----BEGIN [A-Z ]*PRIVATE KEY-----\\?n?[A-Za-z0-9+/=\s]{40,}/g],
    ['keys of clouds', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g],
    ['tokens of code hosts', /\b(gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36})\b/g],
    ['tokens of chats and payments', /\b(xox[abprs]-[\w-]{10,}|[sr]k_live_[A-Za-z0-9]{20,})\b/g],
    ['signed web tokens', /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/g],
    ['hashes of passwords', /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:5|6|7|argon2id)\$[^\s'"]{20,}/g],
    ['logins to registries', /_authToken\s*=|_password\s*=|\/\/[\w.-]+\/:_auth/g],
  ])('holds no %s', (_what, pattern) => {
    const others = FILES.filter(({ path }) => !path.endsWith('repository-secrets.test.ts'))
    expect(find(pattern, others)).toEqual([])
  })

  it('holds URLs with a password only in tests and as the word "password"', () => {
    const own = FILES.filter(
      ({ path }) => !/\/test\/|packages\/testing\//.test(path) && !path.endsWith('pnpm-lock.yaml'),
    )
    const found = find(/\b[a-z]+:\/\/[\w.-]*:[^\s@/'"`<]+@/g, own)
    expect(
      found.filter((each) => !/:(password|\$\{[^}]+\}|\$\([a-z_]+\)|\*{3}|[a-z]+\.\.\.|…)@$/.test(each)),
    ).toEqual([])
  })

  it('makes users who can not log in before somebody gives them a password', () => {
    const scripts = FILES.filter(({ path }) => path.startsWith('sql/'))
    expect(
      find(
        /IDENTIFIED (BY|WITH)\b/g,
        scripts.map((script) => ({ ...script, text: script.text.replace(/^--.*$/gm, '') })),
      ),
    ).toEqual([])
    for (const { text } of scripts.filter(({ path }) => path.startsWith('sql/users/')))
      expect(text).toMatch(/^CREATE USER .* ACCOUNT LOCK;$/m)
  })
})
