import type { TestDatabase } from '../test-database.ts'
import { CutDatabase } from './cut-database.ts'
import type { LoadReport } from './load-report.ts'
import { LoadTrial } from './load-trial.ts'
import { requireLocalFiles } from './local-files.ts'

export { describeLoadCut, type LoadCut, type LoadReport } from './load-report.ts'

export interface LoadSweepOptions {
  readonly pointCount: number
  readonly seed: number
  readonly testDatabase: TestDatabase
  /** Replays this one point of the sweep. */
  readonly onlyPoint?: number
  readonly signal?: AbortSignal
}

/**
 * Damages the file of LOAD DATA LOCAL at seeded places while the product's store loads a page from it.
 * @throws Error that names seed and point, where the damage could not be done, or the whole page is not stored at the end
 */
export async function sweepLoads(options: LoadSweepOptions): Promise<LoadReport> {
  const { seed, testDatabase, signal } = options
  await requireLocalFiles(testDatabase.database)
  const cutting = new CutDatabase(testDatabase.url)
  const trial = new LoadTrial(seed, testDatabase.database, cutting)
  const points = Array.from({ length: options.pointCount }, (_, point) => point)
  try {
    for (const point of options.onlyPoint === undefined ? points : [options.onlyPoint]) {
      signal?.throwIfAborted()
      await trial.tryPoint(point)
    }
    return await trial.finish()
  } finally {
    await cutting.close()
  }
}
