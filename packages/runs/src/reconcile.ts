import {
  findRun,
  listEndedRuns,
  listOpenRuns,
  listQuietPages,
  listSwapRunIds,
  type RunRecord,
  readUnfinishedRunIds,
  renewEnqueueNumbers,
  totalPages,
} from '@gather/ledger'
import { LIMITS, tell, toFault } from '@gather/platform'
import { beginLoading } from './begin-loading.ts'
import { runLog } from './run-log.ts'
import type { Services } from './services.ts'
import { settleRun } from './settle-run.ts'

/** A planner enqueues right after it has planned; a run that is still `planned` after this lost its planner. */
const PLANNED_AGE_MS = 3_000
/** A swap that met a reader holds others back while it waits, so they get this long before it is tried again. */
const PUBLISH_PAUSE_MS = 15_000

/**
 * Compares ledger and queue once, and mends what a death left: runs whose planner died are begun, pages whose job is lost are
 * enqueued anew, runs without an open page are settled, ended runs are finished. One run's trouble does not stop the others.
 */
export async function reconcile(services: Services, signal: AbortSignal): Promise<void> {
  for (const run of await listOpenRuns(services.database)) {
    if (signal.aborted) return
    await guarded(services, run, () => mendRun(services, run, signal))
  }
  for (const run of await unfinishedRuns(services)) {
    await guarded(services, run, async () => {
      const done = await settleRun(services, run.runId, signal)
      if (done === 'finished') tell('reconcile.mended', { what: 'runs_finished', count: 1 })
    })
  }
  await dropLeftTables(services)
}

async function mendRun(services: Services, run: RunRecord, signal: AbortSignal): Promise<void> {
  if (await isReady(services, run)) return settleReady(services, run, signal)
  if (run.state === 'planned' && run.ageMs > PLANNED_AGE_MS) await beginLate(services, run)
  if (run.state === 'loading') await enqueueLostPages(services, run)
}

async function beginLate(services: Services, run: RunRecord): Promise<void> {
  await beginLoading(services, run.runId)
  tell('reconcile.mended', { what: 'runs_begun', count: 1 })
}

async function settleReady(services: Services, run: RunRecord, signal: AbortSignal): Promise<void> {
  const done = await settleRun(services, run.runId, signal)
  if (done === 'advanced') tell('reconcile.mended', { what: 'runs_settled', count: 1 })
}

async function isReady(services: Services, run: RunRecord): Promise<boolean> {
  if (run.state === 'publishing') return run.stateAgeMs > PUBLISH_PAUSE_MS
  if (run.state === 'settling' || run.movedReason !== null || run.ageMs > LIMITS.runDeadlineMs) return true
  if (run.state === 'planned') return false
  const totals = await totalPages(services.database, run.runId, run.generation)
  return totals.failed > 0 || totals.open + totals.claimed === 0
}

/** Enqueues pages whose job will not run any more. An open page waits for one interval, a claimed one for two job locks. */
async function enqueueLostPages(services: Services, run: RunRecord): Promise<void> {
  const { reconcileIntervalMs, jobLockMs } = services.config
  const quiet = await listQuietPages(services.database, run, {
    openMs: reconcileIntervalMs,
    claimedMs: 2 * jobLockMs,
  })
  if (quiet.length === 0) return
  const lost = await services.queue.findDeadPages(
    quiet.map(({ runId, generation, pageNo, enqueueNo }) => ({ runId, generation, pageNo, enqueueNo })),
  )
  if (lost.length === 0) return
  const lostNumbers = new Set(lost.map((page) => page.pageNo))
  const renewed = await renewEnqueueNumbers(
    services.database,
    quiet.filter((page) => lostNumbers.has(page.pageNo)),
  )
  if (renewed.length === 0) return
  await services.queue.enqueuePages(
    renewed.map(({ runId, generation, pageNo, enqueueNo }) => ({ runId, generation, pageNo, enqueueNo })),
  )
  runLog(services, run).warn({ pages: renewed.length }, 'pages.enqueued_anew')
  tell('reconcile.mended', { what: 'pages_enqueued', count: renewed.length })
}

async function unfinishedRuns(services: Services): Promise<RunRecord[]> {
  const ended = await listEndedRuns(services.database)
  const unfinished = await readUnfinishedRunIds(
    services.importLog,
    ended.map((run) => run.runId),
  )
  return ended.filter((run) => unfinished.has(run.runId))
}

/** Tables that nobody needs any more, as their drop waited in vain for a reader. */
async function dropLeftTables(services: Services): Promise<void> {
  for (const { table, runId, old } of await services.store.listRunTables()) {
    const run = await findRun(services.database, runId)
    if (run === undefined) continue
    const left = old ? await isOutlived(services, run) : isLeftStaging(run, table)
    if (!left) continue
    await guarded(services, run, async () => {
      await services.store.dropRunTable(table)
      tell('reconcile.mended', { what: 'tables_dropped', count: 1 })
    })
  }
}

const isLeftStaging = (run: RunRecord, table: string): boolean =>
  run.finishedAt !== null || !table.endsWith(`_${run.generation}`)

/** True when a later run has swapped the same target's table too: only the newest one's old table is kept. */
async function isOutlived(services: Services, run: RunRecord): Promise<boolean> {
  const [newest] = await listSwapRunIds(services.database, run.targetDb, run.targetTable)
  return run.finishedAt !== null && newest !== undefined && newest !== run.runId
}

async function guarded(services: Services, run: RunRecord, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const fault = toFault(error)
    const level = fault.kind === 'terminal' ? 'error' : 'warn'
    runLog(services, run)[level]({ err: fault }, 'reconcile.postponed')
    tell('reconcile.postponed', { kind: fault.kind })
  }
}
