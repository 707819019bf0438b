import type { Span } from './phase-record.ts'

/** From and to, milliseconds since 1970. */
export interface Interval {
  readonly startMs: number
  readonly endMs: number
}

/** All phases of one name under the same outer phases. {@link totalMs} = that of the children + rest - overlap. */
export interface PhaseNode {
  readonly name: string
  readonly count: number
  readonly totalMs: number
  /** In no inner phase. */
  readonly restMs: number
  /** What inner phases at work at the same time count more than once. */
  readonly overlapMs: number
  /** In the order in which they first began. */
  readonly children: readonly PhaseNode[]
}

interface Instance extends Interval {
  readonly span: Span
  /** The spans of its process by the phase in which they began. */
  readonly inner: ReadonlyMap<number, readonly Span[]>
}

/**
 * Adds up what processes did within an interval, phase by phase. What reaches beyond the interval, or beyond the phase in which it
 * began, is cut off there.
 * @param processes the spans of each
 * @returns a node that stands for the whole interval, whose children are the outermost phases
 */
export function addUpPhases(
  name: string,
  processes: readonly (readonly Span[])[],
  interval: Interval,
): PhaseNode {
  const outermost = processes.flatMap((spans) => {
    const inner = groupBy(spans, ({ parentId }) => parentId)
    const ids = new Set(spans.map(({ id }) => id))
    const roots = spans.filter(({ parentId }) => !ids.has(parentId))
    return roots.flatMap((span) => cut({ span, inner }, interval))
  })
  const totalMs = interval.endMs - interval.startMs
  return { name, count: 1, totalMs, ...shareOut([interval], [outermost]), children: toNodes(outermost) }
}

function toNodes(instances: readonly Instance[]): PhaseNode[] {
  const ordered = instances.toSorted((a, b) => a.startMs - b.startMs)
  return [...groupBy(ordered, ({ span }) => span.name)].map(([name, same]) => {
    const children = same.map(innerOf)
    return {
      name,
      count: same.length,
      totalMs: same.reduce((sum, instance) => sum + lengthOf(instance), 0),
      ...shareOut(same, children),
      children: toNodes(children.flat()),
    }
  })
}

const innerOf = (outer: Instance): Instance[] =>
  (outer.inner.get(outer.span.id) ?? []).flatMap((span) => cut({ span, inner: outer.inner }, outer))

function cut(part: Pick<Instance, 'span' | 'inner'>, within: Interval): Instance[] {
  const startMs = Math.max(part.span.startMs, within.startMs)
  const endMs = Math.min(part.span.endMs, within.endMs)
  return endMs > startMs ? [{ ...part, startMs, endMs }] : []
}

function shareOut(
  outer: readonly Interval[],
  inner: readonly (readonly Interval[])[],
): Pick<PhaseNode, 'restMs' | 'overlapMs'> {
  let restMs = 0
  let overlapMs = 0
  for (const [place, interval] of outer.entries()) {
    const parts = inner[place] ?? []
    const coveredMs = coveredTime(parts)
    restMs += lengthOf(interval) - coveredMs
    overlapMs += parts.reduce((sum, part) => sum + lengthOf(part), 0) - coveredMs
  }
  return { restMs, overlapMs }
}

/** Time in which at least one of the intervals lies, milliseconds. */
export function coveredTime(intervals: readonly Interval[]): number {
  let coveredMs = 0
  let reachedMs = Number.NEGATIVE_INFINITY
  for (const { startMs, endMs } of intervals.toSorted((a, b) => a.startMs - b.startMs)) {
    coveredMs += Math.max(0, endMs - Math.max(startMs, reachedMs))
    reachedMs = Math.max(reachedMs, endMs)
  }
  return coveredMs
}

const lengthOf = ({ startMs, endMs }: Interval): number => endMs - startMs

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
