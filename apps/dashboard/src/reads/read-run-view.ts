import { isOpen, listFailedPages, type PageRecord, type RunRecord } from '@gather/ledger'
import type { Reading } from '@gather/platform'
import type { ServiceHealth } from '@gather/runs'
import { type Receipt, readReceipt } from '@gather/runs'
import { drawCells, isLoadingPages, loadingPages } from '../cell-states.ts'
import type { DashboardContext } from '../dashboard-context.ts'
import { progressOf, type RunProgress } from '../pages/run-progress.ts'
import type { PageCounts } from '../read-page-counts.ts'
import { paceOf, type RunPace } from '../run-pace.ts'
import { type LastLogEntries, readLastLogEntries } from './read-last-log-entries.ts'
import { type PageFact, readPageFacts } from './read-page-facts.ts'

/** Everything that the page of a run shows, read at one time. */
export interface RunView {
  readonly run: RunRecord
  readonly progress: RunProgress
  readonly pace: RunPace
  readonly receipt: Receipt
  readonly pages: readonly PageFact[]
  /** One letter a page: the map. */
  readonly cells: string
  /** Pages that workers are at. */
  readonly atWork: readonly PageFact[]
  readonly loading: ReadonlySet<number>
  readonly knowsSteps: boolean
  readonly isLoading: boolean
  /** Whether a form may change the run. */
  readonly allowsActions: boolean
  /** Of the ones that failed the first {@link FAILED_PAGES_MAX}. */
  readonly failedPages: readonly PageRecord[]
  /** The import_log may stand on another server, so it may be away alone. */
  readonly log: Reading<LastLogEntries>
}

/** The last import_log row is written within this time after a run's end, or was pruned long ago. */
const LAST_ROW_MS_MAX = 60_000

/** Whether nothing of the view will change any more. */
export function isOver({ run, log }: Pick<RunView, 'run' | 'log'>): boolean {
  if (isOpen(run.state)) return false
  return (
    run.stateAgeMs > LAST_ROW_MS_MAX || (log.ok && log.value.entries.some((entry) => entry.phase === 'final'))
  )
}

export const FAILED_PAGES_MAX = 50
export const LOG_ROWS_MAX = 100

/** Reads the view of `run`; a database that is away makes it a sentence. */
export async function readRunView(
  context: DashboardContext,
  run: RunRecord,
  health: ServiceHealth,
): Promise<Reading<RunView>> {
  const { database, importLog, queue } = context.services
  const isLoading = isLoadingPages(run)
  const [ledger, log, jobs] = await Promise.all([
    context.read(
      'the database',
      Promise.all([
        readPageFacts(database, run),
        readReceipt(context.services, run),
        listFailedPages(database, run.runId, run.generation, FAILED_PAGES_MAX),
      ]),
    ),
    context.read('the import_log', readLastLogEntries(importLog, run.runId, LOG_ROWS_MAX)),
    isLoading && health.redis.ok ? context.read('Redis', queue.listPagesAtWork()) : undefined,
  ])
  if (!ledger.ok) return ledger
  const [pages, receipt, failedPages] = ledger.value
  const loading = loadingPages(run, jobs?.ok ? jobs.value : [])
  const view = {
    run,
    progress: progressOf(run, countPages(pages)),
    pace: paceOf(pages, { nowMs: run.ageMs, plannedRows: run.plannedRows }),
    receipt,
    pages,
    cells: drawCells(pages, isLoading, loading),
    atWork: isLoading ? pages.filter((page) => page.state === 'claimed') : [],
    loading,
    knowsSteps: !isLoading || jobs?.ok === true,
    isLoading,
    allowsActions: context.actions !== undefined,
    failedPages,
    log,
  }
  return { ok: true, value: view }
}

function countPages(pages: readonly PageFact[]): PageCounts {
  const counts = { open: 0, claimed: 0, done: 0, failed: 0, rowCount: 0 }
  for (const page of pages) {
    counts[page.state] += 1
    if (page.state === 'done') counts.rowCount += page.rowCount
  }
  return counts
}
