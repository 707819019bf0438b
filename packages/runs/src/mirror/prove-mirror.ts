import type { GenerationPlan } from '@gather/ledger'
import type { MirrorCounts, TableDigest } from '@gather/store'
import type { Proof } from '../proof.ts'
import { provenBaseline } from './baseline.ts'
import type { MirrorComparison } from './mirror-comparison.ts'

/** What a mirror run did, once its rows are merged. */
export interface MirrorOutcome {
  readonly comparison: MirrorComparison
  readonly merged: Omit<MirrorCounts, 'replacedDigestSum'>
  /** Of the rows that were read. */
  readonly read: { readonly rowCount: number; readonly sentDigest: string; readonly storedDigest: string }
  /** Of the target afterwards. */
  readonly after: TableDigest
}

const NO_NEW_TIME =
  'edits for which the portal did not give the row a new :updated_at, and rows that appeared more than 48 h after the time they bear'
const OWN_VALUES =
  'values that somebody changed by hand in rows that were not read ("planner verify --deep" compares them)'

/** What a mirror run proves, and what not. */
export function proveMirror({ comparison, merged, read, after }: MirrorOutcome): Proof {
  const { sourceRows, target, valuesProven } = comparison
  return {
    counts: {
      source: sourceRows,
      stored: after.rowCount,
      read: read.rowCount,
      ...merged,
      unchanged: after.rowCount - merged.inserted - merged.updated,
      rejected: 0,
      before: target.rowCount,
      after: after.rowCount,
    },
    digest: { source: read.sentDigest, stored: read.storedDigest },
    buckets: {
      compared: comparison.bucketsCompared,
      differing: comparison.bucketsDiffering,
      rowIdsRead: comparison.rowIdsRead,
    },
    notProven: valuesProven ? NO_NEW_TIME : `${NO_NEW_TIME}; ${OWN_VALUES}`,
    baseline: { ...provenBaseline(after), valuesProven },
  }
}

/** The proof of a run that found nothing to do. */
export function proveUnchanged({ comparison }: Pick<GenerationPlan, 'comparison'>): Proof {
  const found = JSON.parse(comparison ?? '{}') as MirrorComparison
  return proveMirror({
    comparison: found,
    merged: { inserted: 0, updated: 0, deleted: 0 },
    read: { rowCount: 0, sentDigest: '0', storedDigest: '0' },
    after: found.target,
  })
}
