import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Finding {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly sentence: string
}

export interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
  readonly isComment: boolean
}

/** A text file of a package or an app. */
export interface TreeFile {
  /** From the root of the repository, with `/`. */
  readonly path: string
  /** The folder of its package or app, such as `packages/queue`. */
  readonly home: string
  /** The first folder in it: `src`, `test`, `bin`, …; empty for files that stand directly in it. */
  readonly part: string
  readonly isCode: boolean
  readonly lines: readonly Line[]
}

export interface Manifest {
  readonly home: string
  readonly name: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

export interface SourceTree {
  /** Names of what stands at the top level and is not ignored. */
  readonly topLevel: readonly string[]
  readonly files: readonly TreeFile[]
  readonly manifests: readonly Manifest[]
}

const CODE = /\.(ts|tsx|js|mjs|cjs)$/

/**
 * Reads what git would track: everything but what `.gitignore` names. Not by git itself, which a machine that only runs
 * the tests need not have.
 */
export function readSourceTree(root: string): SourceTree {
  const isIgnored = readIgnored(root)
  const topLevel = readdirSync(root).filter((name) => name !== '.git' && !isIgnored(name))
  const paths = ['apps', 'packages'].flatMap((folder) => walk(root, folder, isIgnored))
  const contents = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  return buildSourceTree(topLevel, contents)
}

/** The tree of files whose text is known. */
export function buildSourceTree(
  topLevel: readonly string[],
  contents: readonly { readonly path: string; readonly text: string }[],
): SourceTree {
  const files = contents
    .filter(({ text }) => !text.includes('\0'))
    .map(({ path, text }) => toFile(path, text))
  const manifests = contents
    .filter(({ path }) => /^(apps|packages)\/[^/]+\/package\.json$/.test(path))
    .map(({ path, text }) => toManifest(homeOf(path), JSON.parse(text)))
  return { topLevel, files, manifests }
}

function readIgnored(root: string): (name: string) => boolean {
  const patterns = readFileSync(join(root, '.gitignore'), 'utf8').split('\n').filter(Boolean)
  const names = new Set(patterns.map((pattern) => pattern.replace(/\/$/, '')))
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1))
  return (name) => names.has(name) || endings.some((ending) => name.endsWith(ending))
}

function walk(root: string, folder: string, isIgnored: (name: string) => boolean): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (isIgnored(entry.name)) return []
    if (entry.isDirectory()) return walk(root, path, isIgnored)
    return entry.isFile() ? [path] : []
  })
}

function homeOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function toFile(path: string, text: string): TreeFile {
  const lines = text.replace(/\n$/, '').split('\n')
  const part = path.split('/').length > 3 ? (path.split('/')[2] ?? '') : ''
  return {
    path,
    home: homeOf(path),
    part,
    isCode: CODE.test(path),
    lines: lines.map((line, index) => ({
      number: index + 1,
      text: line,
      isComment: /^\s*(\/\/|\/\*|\*)/.test(line),
    })),
  }
}

function toManifest(home: string, json: Record<string, unknown>): Manifest {
  return {
    home,
    name: String(json.name),
    dependencies: Object.keys(json.dependencies ?? {}),
    devDependencies: Object.keys(json.devDependencies ?? {}),
  }
}
