import { checkCycles } from './check-cycles.ts'
import { checkNames, checkSizes, checkTopLevel } from './check-form.ts'
import { checkImports } from './check-imports.ts'
import { checkLines } from './check-lines.ts'
import type { Finding, SourceTree } from './source-tree.ts'

const CHECKS = [checkTopLevel, checkNames, checkSizes, checkImports, checkCycles, checkLines]

/** Every breach of the design's rules on layout, dependencies, sizes and leftovers, sorted by place. */
export function checkTree(tree: SourceTree): Finding[] {
  return CHECKS.flatMap((check) => check(tree)).sort(
    (a, b) => a.path.localeCompare(b.path) || a.line - b.line,
  )
}
