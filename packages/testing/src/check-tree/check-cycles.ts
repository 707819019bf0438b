import { listImports, packageOf } from './imports.ts'
import type { Finding, SourceTree } from './source-tree.ts'

/** Packages that import each other, however long the way round. Tests don't count: nothing imports them. */
export function checkCycles(tree: SourceTree): Finding[] {
  const graph = buildGraph(tree)
  const cycles = [...graph.keys()].flatMap((start) => {
    const cycle = findWayBack(graph, start, [start])
    return cycle && start === cycle.toSorted()[0] ? [{ start, cycle }] : []
  })
  return cycles.map(({ start, cycle }) => ({
    path: `${tree.manifests.find(({ name }) => name === start)?.home ?? start}/package.json`,
    line: 1,
    sentence: `imports itself by way of ${[...cycle, start].join(' -> ')}`,
  }))
}

function buildGraph(tree: SourceTree): Map<string, Set<string>> {
  const graph = new Map(tree.manifests.map(({ name }) => [name, new Set<string>()]))
  for (const { file, specifier } of listImports(tree)) {
    const from = tree.manifests.find(({ home }) => home === file.home)?.name
    const to = packageOf(specifier)
    if (file.part !== 'test' && from && to && from !== to && graph.has(to)) graph.get(from)?.add(to)
  }
  return graph
}

function findWayBack(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
  start: string,
  way: readonly string[],
): readonly string[] | undefined {
  for (const next of graph.get(way.at(-1) ?? '') ?? []) {
    if (next === start) return way
    if (way.includes(next)) continue
    const found = findWayBack(graph, start, [...way, next])
    if (found) return found
  }
  return undefined
}
