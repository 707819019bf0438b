import {
  findRun,
  isOpen,
  type PageTotals,
  type RunRecord,
  readUnfinishedRunIds,
  totalPages,
} from '@gather/ledger'
import { Fault } from '@gather/platform'
import type { Services } from './services.ts'

export interface Progress {
  readonly run: RunRecord
  readonly totals: PageTotals
  /** True once the run has ended and its final import_log row is written. */
  readonly finished: boolean
}

/**
 * How far a run is.
 * @throws Fault `RUN_UNKNOWN` (terminal)
 */
export async function readProgress(
  services: Pick<Services, 'database' | 'importLog'>,
  runId: string,
): Promise<Progress> {
  const run = await findRun(services.database, runId)
  if (run === undefined)
    throw new Fault({ code: 'RUN_UNKNOWN', kind: 'terminal', message: `there is no run "${runId}"` })
  const totals = await totalPages(services.database, run.runId, run.generation)
  const finished = !isOpen(run.state) && (await readUnfinishedRunIds(services.importLog, [runId])).size === 0
  return { run, totals, finished }
}
