import { isOpen, type RunSummary, toIsoTime } from '@gather/ledger'
import type { PageCounts } from '../read-page-counts.ts'

/** How far a run is, as pages show it. */
export interface RunProgress {
  readonly rowCount: number
  readonly plannedRows: number
  readonly donePageCount: number
  readonly failedPageCount: number
  readonly pageCount: number
  /** From 0 to 1. */
  readonly share: number
  readonly durationMs: number
  /** 0 where nothing was read yet. */
  readonly rowsPerSecond: number
}

/** @param counts - undefined where the run succeeded: then every page is done, and its rows were proven to be those planned */
export function progressOf(run: RunSummary, counts: PageCounts | undefined): RunProgress {
  const rowCount = counts?.rowCount ?? run.plannedRows
  const donePageCount = counts?.done ?? run.pageCount
  const durationMs = durationOf(run)
  return {
    rowCount,
    plannedRows: run.plannedRows,
    donePageCount,
    failedPageCount: counts?.failed ?? 0,
    pageCount: run.pageCount,
    share: run.plannedRows === 0 ? (isOpen(run.state) ? 0 : 1) : Math.min(1, rowCount / run.plannedRows),
    durationMs,
    rowsPerSecond: durationMs > 0 ? Math.round((rowCount * 1000) / durationMs) : 0,
  }
}

/** From planning to the end, or until now by the database's clock. */
export function durationOf(run: Pick<RunSummary, 'createdAt' | 'finishedAt' | 'ageMs'>): number {
  if (run.finishedAt === null) return run.ageMs
  return Math.max(0, Date.parse(toIsoTime(run.finishedAt)) - Date.parse(toIsoTime(run.createdAt)))
}
