import { cutConditions, type DatedRowId, rowIdIn } from '@gather/source'
import type { Planning } from '../plan-generation.ts'
import { assertSameVersion } from './assert-same-version.ts'
import type { Differences } from './compare-target.ts'

/** The ids to read: those that are missing, and those of a repair that would not be read anyway and are still there. */
export async function alsoReading(
  { source, signal, repair }: Planning,
  { count, missing, spans }: Differences,
): Promise<readonly string[]> {
  const isReadWhole = ({ updatedAt }: DatedRowId) =>
    updatedAt === null || spans.some(({ from, to }) => from <= updatedAt && updatedAt <= to)
  const ids = new Set(missing)
  for (const { condition } of cutConditions(repair?.rowIds ?? [], rowIdIn, source.idFilterBytesMax())) {
    const { rows, version } = await source.rowIds(condition, signal)
    assertSameVersion(count.version, version)
    for (const row of rows) if (!isReadWhole(row)) ids.add(row.id)
  }
  return [...ids]
}
