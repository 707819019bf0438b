import {
  deleteRun,
  findRun,
  isOpen,
  listPrunableRunIds,
  listSwapRunIds,
  pruneImportLog,
} from '@gather/ledger'
import type { Services } from './services.ts'

export interface Pruned {
  readonly runs: number
  readonly logRows: number
  readonly tables: readonly string[]
}

/**
 * Removes what is older than `days` days: ended runs with their pages (never a topic's newest), import_log rows, tables that a
 * swap left; and staging tables of runs that are over or that no ledger knows.
 */
export async function prune(services: Services, days: number): Promise<Pruned> {
  const tables = await pruneTables(services, days)
  const runIds = await listPrunableRunIds(services.database, days)
  for (const runId of runIds) await deleteRun(services.database, runId)
  const logRows = await pruneImportLog(services.importLog, days)
  return { runs: runIds.length, logRows, tables }
}

async function pruneTables(services: Services, days: number): Promise<string[]> {
  const dropped: string[] = []
  for (const { table, runId, old } of await services.store.listRunTables()) {
    if (!(old ? await isAgedTable(services, runId, days) : await isOrphan(services, runId))) continue
    await services.store.dropRunTable(table)
    dropped.push(table)
  }
  return dropped
}

async function isOrphan(services: Services, runId: string): Promise<boolean> {
  const run = await findRun(services.database, runId)
  return run === undefined || !isOpen(run.state)
}

async function isAgedTable(services: Services, runId: string, days: number): Promise<boolean> {
  const run = await findRun(services.database, runId)
  if (run === undefined) return true
  if (isOpen(run.state)) return false
  const [newest] = await listSwapRunIds(services.database, run.targetDb, run.targetTable)
  return newest !== runId || run.stateAgeMs > days * 86_400_000
}
