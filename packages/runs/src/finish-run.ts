import {
  clearDeletions,
  endRun,
  listPages,
  listSwapRunIds,
  type Queryable,
  type RunRecord,
  type RunState,
  readLoggedPhases,
  writeLogEntries,
} from '@gather/ledger'
import { type Fault, faultPoint, phase, toFault } from '@gather/platform'
import { chunkEntry, finalEntry, startEntry } from './log-entries.ts'
import { reportFailure } from './report-end.ts'
import { runLog } from './run-log.ts'
import type { Services } from './services.ts'

export interface RunFailure {
  readonly run: RunRecord
  /** The states it may be ended from. */
  readonly from: readonly RunState[]
  readonly fault: Fault
}

/** Ends a run with a reason, and finishes it; what can't be finished now, the reconciler does. The target stays as it was. */
export async function failRun(
  services: Services,
  database: Queryable,
  { run, from, fault }: RunFailure,
): Promise<void> {
  const end = { state: 'failed' as const, reasonCode: fault.code, reason: fault.message }
  if (!(await endRun(database, run, from, end))) return
  reportFailure(services, run, fault)
  await finishOrPostpone(services, {
    ...run,
    state: 'failed',
    reasonCode: fault.code,
    reason: fault.message,
  })
}

/** Finishes a run that is over; a failure is no failure of the ending, as the reconciler finishes it later. */
export async function finishOrPostpone(services: Services, run: RunRecord): Promise<void> {
  try {
    await finishRun(services, run)
  } catch (error) {
    runLog(services, run).warn({ err: toFault(error) }, 'run.finish_postponed')
  }
}

/**
 * Does what an ended run still lacks: the removal of its deletions, its missing import_log rows with the final one, and the removal of
 * staging and of the table that the swap before it left. Safe to call twice.
 */
export function finishRun(services: Services, run: RunRecord): Promise<void> {
  return phase('settle.finish', () => finish(services, run))
}

async function finish(services: Services, run: RunRecord): Promise<void> {
  // Before the final row: a run that has it is not looked at again.
  await clearDeletions(services.database, run.runId)
  await writeMissingEntries(services, run)
  for (const { table, runId, old } of await services.store.listRunTables()) {
    if (runId === run.runId && !old) await services.store.dropRunTable(table)
  }
  if (run.state === 'succeeded' && isSwap(run)) await dropOlderTables(services, run)
}

const isSwap = ({ strategy }: RunRecord): boolean => strategy === 'full' || strategy === 'rollback'

async function writeMissingEntries(services: Services, run: RunRecord): Promise<void> {
  const logged = await readLoggedPhases(services.importLog, run.runId)
  if (logged.hasFinal) return
  const pages = await listPages(services.database, run.runId, run.generation)
  const chunks = pages
    .filter((page) => page.state === 'done' && !logged.hasPage(page.generation, page.pageNo))
    .map((page) => chunkEntry(page, page.rowCount ?? 0))
  const start = logged.hasStart ? [] : [startEntry(run)]
  await writeLogEntries(services.importLog, run, [...start, ...chunks])
  faultPoint('before_log')
  await writeLogEntries(services.importLog, run, [finalEntry(run)])
}

/** Keeps the table that this run's swap took the place of; older ones of the same target go. */
async function dropOlderTables(services: Services, run: RunRecord): Promise<void> {
  const runIds = await listSwapRunIds(services.database, run.targetDb, run.targetTable)
  const older = new Set(runIds.slice(runIds.indexOf(run.runId) + 1))
  for (const { table, runId, old } of await services.store.listRunTables()) {
    if (old && older.has(runId)) await services.store.dropRunTable(table)
  }
}
