import type { SourceTree, TreeFile } from './source-tree.ts'

export interface Import {
  readonly file: TreeFile
  readonly line: number
  /** As written, such as `@gather/queue` or `../src/page.ts`. */
  readonly specifier: string
}

const QUOTED = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*(['"])([^'"]+)\1/g

/** Every import, re-export, dynamic import and JSDoc import of the tree's code. */
export function listImports(tree: SourceTree): Import[] {
  return tree.files
    .filter((file) => file.isCode)
    .flatMap((file) =>
      file.lines.flatMap(({ number, text }) =>
        [...text.matchAll(QUOTED)].map((match) => ({ file, line: number, specifier: match[2] ?? '' })),
      ),
    )
}

/** The package a specifier names, such as `@gather/queue` of `@gather/queue/src/x.ts`; undefined for a path. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:)/.test(specifier)) return undefined
  const segmentCount = specifier.startsWith('@') ? 2 : 1
  return specifier.split('/').slice(0, segmentCount).join('/')
}
