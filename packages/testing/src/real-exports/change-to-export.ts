import type { DatasetHandle, PortalRecord } from '@gather/sample-portal'
import { type PlannedChange, planChange } from './plan-change.ts'

/** How many rows a change touched. */
export interface ChangeCounts {
  readonly updated: number
  readonly inserted: number
  readonly deleted: number
}

/** Changes a data set while it is served into exactly these rows, as a publisher does who edits it row by row. */
export function changeToExport(dataset: DatasetHandle, records: Iterable<PortalRecord>): ChangeCounts {
  const plan = planChange(dataset.rows(), records)
  return {
    updated: applyUpdates(dataset, plan),
    inserted: applyInserts(dataset, plan),
    deleted: applyDeletes(dataset, plan),
  }
}

/** Makes one new version of the data set, or none where there is nothing to do; so do the others. */
export function applyUpdates(dataset: DatasetHandle, { updates }: PlannedChange): number {
  if (updates.size === 0) return 0
  return dataset.updateRows(
    (row) => updates.has(row[':id']),
    (row) => updates.get(row[':id']) ?? {},
  )
}

export function applyInserts(dataset: DatasetHandle, { inserts }: PlannedChange): number {
  if (inserts.length > 0) dataset.insertRows(inserts)
  return inserts.length
}

export function applyDeletes(dataset: DatasetHandle, { deletedIds }: PlannedChange): number {
  if (deletedIds.size === 0) return 0
  return dataset.deleteRows((row) => deletedIds.has(row[':id']))
}
