import type { Dataset } from './dataset.ts'
import type { DatasetVersion } from './dataset-handle.ts'
import type { DatasetState } from './dataset-state.ts'
import type { Schema } from './query-plan.ts'
import type { RowTable } from './row-table.ts'

/**
 * What the headers of a replica that is behind tell: that it is out of date, with its own time beside the truth's (`flag`);
 * the two times but not the flag (`times`); the version that it holds as if that were the newest (`old`); the newest
 * version, over older rows (`nothing`).
 */
export type ReplicaTells = 'flag' | 'times' | 'old' | 'nothing'

/** What the version headers say, true or not. */
export interface VersionClaims {
  readonly dataVersion: number
  readonly outOfDate: boolean
  readonly secondaryModifiedMs: number
  readonly truthModifiedMs: number
}

/** What a query is answered from: the data set itself, or a replica that is behind it. */
export interface ServedDataset extends Omit<Schema, 'zone'> {
  readonly id: string
  /** The name that error texts and ETags know the data set by. */
  readonly internalName: string
  readonly savedView: boolean
  readonly table: RowTable
  readonly claims: VersionClaims
  /** The version that `table` really is at. */
  version(): DatasetVersion
}

/** The data set as a second replica shows it that still holds the earlier `state`. */
export function laggingReplica(dataset: Dataset, state: DatasetState, tells: ReplicaTells): ServedDataset {
  const { id, internalName, savedView, codec } = dataset
  return {
    id,
    internalName,
    savedView,
    codec,
    columns: state.columns,
    table: state.table,
    claims: claimsOf(dataset.version(), state.version, tells),
    version: () => state.version,
  }
}

function claimsOf(truth: DatasetVersion, held: DatasetVersion, tells: ReplicaTells): VersionClaims {
  const shown = tells === 'nothing' ? truth : held
  return {
    dataVersion: shown.dataVersion,
    outOfDate: tells === 'flag',
    secondaryModifiedMs: shown.lastModifiedMs,
    truthModifiedMs: tells === 'old' ? held.lastModifiedMs : truth.lastModifiedMs,
  }
}
