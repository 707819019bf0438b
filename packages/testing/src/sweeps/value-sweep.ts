import { Database } from '@gather/ledger'
import { MysqlStore } from '@gather/store'
import type { TestDatabase } from '../test-database.ts'
import { InsertOnlyDatabase, requireLocalFiles } from './local-files.ts'
import { createSeededRandom } from './seeded-random.ts'
import { ValueBatch } from './value-batch.ts'
import { type ValueReport, ValueTally } from './value-report.ts'
import { makeValueRow, type ValueRow } from './value-rows.ts'

export interface ValueSweepOptions {
  readonly rowCount: number
  readonly seed: number
  readonly testDatabase: TestDatabase
  /** Rows of one page. @defaultValue 2,000 */
  readonly batchRows?: number
  /** Replays this one page of the sweep. */
  readonly onlyBatch?: number
  readonly signal?: AbortSignal
}

const BATCH_ROWS = 2_000

/**
 * Sends random rows of every column type through encoder and store, by LOAD DATA and by INSERT in turn, reads them back as
 * bytes, compares both digests, and checks that neither is blind to a change.
 * @throws Error that names seed and batch, where a page is not stored
 */
export async function sweepValues(options: ValueSweepOptions): Promise<ValueReport> {
  const { rowCount, seed, testDatabase, batchRows = BATCH_ROWS, signal } = options
  await requireLocalFiles(testDatabase.database)
  const access = { url: testDatabase.url, connectionsMax: 2 }
  const databases = { load: new Database(access), insert: new InsertOnlyDatabase(access) }
  const stores = { load: new MysqlStore(databases.load), insert: new MysqlStore(databases.insert) }
  const tally = new ValueTally(seed)
  try {
    for (let batch = 0; batch * batchRows < rowCount && !tally.isFull; batch++) {
      signal?.throwIfAborted()
      if (options.onlyBatch !== undefined && options.onlyBatch !== batch) continue
      const path = batch % 2 === 0 ? 'load' : 'insert'
      const rows = makeBatch(seed, batch, Math.min(batchRows, rowCount - batch * batchRows))
      const trial = new ValueBatch(databases[path], stores[path], { seed, batch, path }, tally)
      await trial.run(rows).catch((error: unknown) => {
        throw new Error(`seed ${seed}, batch ${batch} (${path}): ${String(error)}`, { cause: error })
      })
    }
  } finally {
    await Promise.all([databases.load.close(), databases.insert.close()])
  }
  return tally.report()
}

const makeBatch = (seed: number, batch: number, rowCount: number): ValueRow[] => {
  const random = createSeededRandom(seed, batch)
  return Array.from({ length: rowCount }, (_, index) => makeValueRow(random, `row-${batch}-${index}`))
}
