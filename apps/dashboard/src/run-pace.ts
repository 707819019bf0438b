import type { PageFact } from './reads/read-page-facts.ts'

/** "Now" is this long: shorter spans jump from page to page. */
const RECENT_MS = 10_000

export interface RunPace {
  /** Rows a second of the last seconds. */
  readonly recentRowsPerSecond: number
  /** Milliseconds until the last row is read if it goes on like that; undefined where nothing moves. */
  readonly etaMs: number | undefined
}

/**
 * How fast a run is now, and how long it still takes at that.
 * @param nowMs - milliseconds since the run was planned
 */
export function paceOf(
  pages: readonly PageFact[],
  { nowMs, plannedRows }: { readonly nowMs: number; readonly plannedRows: number },
): RunPace {
  const done = pages.filter((page) => page.state === 'done')
  const firstMs = Math.min(nowMs, ...firstStarts(done))
  const sinceMs = Math.max(firstMs, nowMs - RECENT_MS)
  const recentRows = sumRows(done.filter((page) => page.changedMs > sinceMs))
  const recentRowsPerSecond = recentRows === 0 ? 0 : (recentRows * 1000) / Math.max(1, nowMs - sinceMs)
  const restRows = Math.max(0, plannedRows - sumRows(done))
  return {
    recentRowsPerSecond: Math.round(recentRowsPerSecond),
    etaMs: recentRowsPerSecond === 0 ? undefined : (restRows * 1000) / recentRowsPerSecond,
  }
}

const sumRows = (pages: readonly PageFact[]): number => pages.reduce((sum, page) => sum + page.rowCount, 0)

/** A list of one at most: a call takes no hundred thousand arguments. */
function firstStarts(pages: readonly PageFact[]): number[] {
  const [first, ...rest] = pages
  if (first === undefined) return []
  return [rest.reduce((least, page) => Math.min(least, startOf(page)), startOf(first))]
}

/** When a worker began to fetch the page. */
export const startOf = (page: PageFact): number => page.changedMs - page.loadMs - page.fetchMs
