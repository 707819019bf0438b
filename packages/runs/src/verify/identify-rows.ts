import { changedBetween, cutConditions, type Source, type SourceVersion } from '@gather/source'
import { assertSameVersion } from '../mirror/assert-same-version.ts'
import type { Differences } from '../mirror/compare-target.ts'

/** Rows that differ in one way. */
export interface FoundRows {
  readonly count: number
  /** Row ids, a few of them. */
  readonly examples: readonly string[]
}

/** Which rows only one side has, or both with another time of change. */
export interface IdentityFindings {
  /** Only the source has them. */
  readonly missing: FoundRows
  /** Only the target has them. */
  readonly surplus: FoundRows
  /** They have changed at the source since they were stored. */
  readonly outdated: FoundRows
}

export const EXAMPLES_MAX = 5

/** Tells rows that are missing from rows that have only changed, by reading the ids of those whose whole bucket is missing. */
export async function identifyRows(
  source: Source,
  differences: Differences,
  version: SourceVersion,
  signal: AbortSignal,
): Promise<IdentityFindings & { readonly outdatedIds: ReadonlySet<string> }> {
  const listIds = async (condition: string) => {
    const { rows, version: now } = await source.rowIds(condition, signal)
    assertSameVersion(version, now)
    return rows.map(({ id }) => id)
  }
  const lacking = new Set(differences.missing)
  const conditions = cutConditions(differences.spans, changedBetween, source.idFilterBytesMax())
  for (const { condition } of conditions) for (const id of await listIds(condition)) lacking.add(id)
  const nulls = differences.nullRows === 0 ? [] : await listIds(changedBetween([], true))
  return sortOut(lacking, nulls, differences)
}

function sortOut(
  lacking: Set<string>,
  sourceNulls: readonly string[],
  { dead, deadNulls }: Pick<Differences, 'dead' | 'deadNulls'>,
) {
  const targetNulls = new Set(deadNulls)
  const stillNull = new Set(sourceNulls.filter((id) => targetNulls.has(id)))
  for (const id of sourceNulls) if (!stillNull.has(id)) lacking.add(id)
  const surplus = new Set([...dead, ...deadNulls].filter((id) => !stillNull.has(id)))
  const outdatedIds = new Set([...lacking].filter((id) => surplus.has(id)))
  return {
    missing: found([...lacking].filter((id) => !outdatedIds.has(id))),
    surplus: found([...surplus].filter((id) => !outdatedIds.has(id))),
    outdated: found([...outdatedIds]),
    outdatedIds,
  }
}

const found = (ids: readonly string[]): FoundRows => ({
  count: ids.length,
  examples: ids.slice(0, EXAMPLES_MAX),
})
