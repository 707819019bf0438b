import type { PageFact } from './reads/read-page-facts.ts'
import { startOf } from './run-pace.ts'

/** Milliseconds since the run was planned. */
export interface TimeSpan {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * From the first fetch of a page until now, or until the last page was stored where the run loads no more; undefined while no
 * page was begun.
 */
export function spanOf(pages: readonly PageFact[], isLoading: boolean, nowMs: number): TimeSpan | undefined {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, 0]
  for (const page of pages) {
    if (page.state === 'open' || (page.state === 'claimed' && !isLoading)) continue
    fromMs = Math.min(fromMs, page.state === 'done' ? startOf(page) : page.changedMs)
    toMs = Math.max(toMs, page.changedMs)
  }
  if (fromMs === Number.POSITIVE_INFINITY) return undefined
  return { fromMs: Math.max(0, fromMs), toMs: Math.max(fromMs + 1, isLoading ? nowMs : toMs) }
}
