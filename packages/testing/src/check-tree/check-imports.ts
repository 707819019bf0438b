import { posix } from 'node:path'
import { homesOfForeign, mayImport } from './dependency-table.ts'
import { type Import, listImports, packageOf } from './imports.ts'
import type { Finding, Manifest, SourceTree } from './source-tree.ts'

const OURS = '@gather/'

/** Dependency direction, who may import what, imports by the package's index only, and declared ones only. */
export function checkImports(tree: SourceTree): Finding[] {
  return listImports(tree).flatMap((each) => {
    const sentences = each.specifier.startsWith('.')
      ? complainAboutPath(each)
      : complainAboutPackage(each, tree.manifests)
    return sentences.map((sentence) => ({ path: each.file.path, line: each.line, sentence }))
  })
}

function complainAboutPath({ file, specifier }: Import): string[] {
  const target = posix.join(posix.dirname(file.path), specifier)
  return target.startsWith(`${file.home}/`)
    ? []
    : [`imports "${specifier}" out of ${file.home}; import a package by its name`]
}

function complainAboutPackage({ file, specifier }: Import, manifests: readonly Manifest[]): string[] {
  const name = packageOf(specifier)
  if (name === undefined) return []
  const isTest = file.part === 'test'
  if (!name.startsWith(OURS)) {
    const homes = homesOfForeign(name, isTest)
    if (homes === undefined || homes.includes(file.home.split('/')[1] ?? '')) return []
    return [`imports ${name}, which only ${homes.join(', ')} may import`]
  }
  const sentences: string[] = []
  if (specifier !== name) sentences.push(`imports "${specifier}"; import "${name}", its index`)
  if (!mayImport(file.home, name.slice(OURS.length), isTest)) {
    sentences.push(`imports ${name}, against the dependency direction`)
  }
  const manifest = manifests.find(({ home }) => home === file.home)
  const declared = [...(manifest?.dependencies ?? []), ...(isTest ? (manifest?.devDependencies ?? []) : [])]
  if (!declared.includes(name) && manifest?.name !== name) {
    const place = isTest ? 'dependencies or devDependencies' : 'dependencies'
    sentences.push(`imports ${name}, which ${file.home}/package.json does not name in its ${place}`)
  }
  return sentences
}
