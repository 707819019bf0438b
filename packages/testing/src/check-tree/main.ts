/** Checks the tree of this checkout: a line per finding, a summary, exit code 1 when there is any. */
import { fileURLToPath } from 'node:url'
import { checkTree } from './check-tree.ts'
import { readSourceTree } from './source-tree.ts'

const tree = readSourceTree(fileURLToPath(new URL('../../../..', import.meta.url)))
const findings = checkTree(tree)
for (const { path, line, sentence } of findings) console.log(`${path}:${line}: ${sentence}`)
console.log(`check-tree: ${tree.files.length} files, ${findings.length} findings`)
process.exitCode = findings.length > 0 ? 1 : 0
