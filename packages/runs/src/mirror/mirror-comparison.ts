import type { RunRecord } from '@gather/ledger'
import type { TableDigest } from '@gather/store'

/** What a mirror run found when it was planned; kept in the ledger with its generation. */
export interface MirrorComparison {
  /** Rows of the whole source. */
  readonly sourceRows: number
  /** Of the target before the run. */
  readonly target: TableDigest
  /** The digest that the target has to have in the end, where it is known beforehand. */
  readonly digestAfter: string | null
  /** Whether it will be known of every value that it is the source's. */
  readonly valuesProven: boolean
  readonly bucketsCompared: number
  readonly bucketsDiffering: number
  readonly rowIdsRead: number
}

/** @throws Error for a run that is none of a mirror */
export function comparisonOf(run: RunRecord): MirrorComparison {
  if (run.comparison === null) throw new Error(`run ${run.runId} compared nothing`)
  return JSON.parse(run.comparison) as MirrorComparison
}
