import { hashNumbers } from './random.ts'

/** Rows per upload of the imaginary publisher: from single rows to large loads, so that small sets see several too. */
const BATCH_ROWS = [7, 1, 42, 150, 3, 600, 1293, 2000] as const
const BLOCK_ROWS = 4096
const FIRST_BATCH_MS = Date.UTC(2019, 7, 1, 1, 33)
const BATCH_INTERVAL_MS = 90 * 60_000
const EDIT_BATCHES_MAX = 12

export interface RowTimes {
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** When the row at `index` was published and last edited; the same for every data set and every run. */
export function publishedTimes(index: number): RowTimes {
  const batch = batchOf(index)
  const createdAtMs = batchTimeMs(batch)
  if (hashNumbers(11, index, 3) % 9 !== 0) return { createdAtMs, updatedAtMs: createdAtMs }
  const later = 1 + (hashNumbers(11, index, 4) % EDIT_BATCHES_MAX)
  return { createdAtMs, updatedAtMs: batchTimeMs(batch + later) }
}

/** A time that no row among the first `rowCount` is newer than. */
export function lastPublishedMs(rowCount: number): number {
  return batchTimeMs(batchOf(Math.max(0, rowCount - 1)) + EDIT_BATCHES_MAX)
}

function batchOf(index: number): number {
  const block = Math.floor(index / BLOCK_ROWS)
  let rest = index - block * BLOCK_ROWS
  let batch = 0
  for (const rows of BATCH_ROWS) {
    if (rest < rows) break
    rest -= rows
    batch += 1
  }
  return block * BATCH_ROWS.length + batch
}

function batchTimeMs(batch: number): number {
  return FIRST_BATCH_MS + batch * BATCH_INTERVAL_MS + (hashNumbers(5, batch, 1) % 3_600_000)
}
