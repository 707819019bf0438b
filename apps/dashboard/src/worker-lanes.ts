import type { PageFact } from './reads/read-page-facts.ts'
import { startOf } from './run-pace.ts'
import type { TimeSpan } from './time-span.ts'

/** Lanes are drawn in this many steps of time. */
export const LANE_STEPS = 240

/** What one worker did for a run. */
export interface WorkerLane {
  readonly worker: string
  readonly pageCount: number
  readonly rowCount: number
  /** Between its first fetch and its last stored page. */
  readonly rowsPerSecond: number
  /** Tries that its pages lost before it stored them, whoever lost them. */
  readonly lostTries: number
  readonly fetchMsMedian: number
  readonly loadMsMedian: number
  /** Whether it fetched some page in a step of time, and whether it loaded one. */
  readonly fetching: readonly boolean[]
  readonly loading: readonly boolean[]
}

/** One lane a worker, those with the most rows first. A page that is at work counts as fetched until now. */
export function workerLanes(pages: readonly PageFact[], span: TimeSpan, isLoading: boolean): WorkerLane[] {
  const byWorker = new Map<string, PageFact[]>()
  for (const page of pages) {
    if (page.worker === null || !(page.state === 'done' || (page.state === 'claimed' && isLoading))) continue
    const own = byWorker.get(page.worker)
    if (own === undefined) byWorker.set(page.worker, [page])
    else own.push(page)
  }
  return [...byWorker]
    .map(([worker, own]) => laneOf(worker, own, span))
    .sort((a, b) => b.rowCount - a.rowCount || a.worker.localeCompare(b.worker))
}

function laneOf(worker: string, pages: readonly PageFact[], span: TimeSpan): WorkerLane {
  const done = pages.filter((page) => page.state === 'done')
  const rowCount = done.reduce((sum, page) => sum + page.rowCount, 0)
  const firstMs = done.reduce((least, page) => Math.min(least, startOf(page)), Number.POSITIVE_INFINITY)
  const lastMs = done.reduce((most, page) => Math.max(most, page.changedMs), 0)
  return {
    worker,
    pageCount: done.length,
    rowCount,
    rowsPerSecond: rowCount === 0 ? 0 : Math.round((rowCount * 1000) / Math.max(1, lastMs - firstMs)),
    lostTries: pages.reduce((sum, page) => sum + page.lostTries, 0),
    fetchMsMedian: median(done.map((page) => page.fetchMs)),
    loadMsMedian: median(done.map((page) => page.loadMs)),
    fetching: coverSteps(pages.map(fetchSpan(span)), span),
    loading: coverSteps(
      done.map((page) => ({ fromMs: page.changedMs - page.loadMs, toMs: page.changedMs })),
      span,
    ),
  }
}

const fetchSpan =
  (span: TimeSpan) =>
  (page: PageFact): TimeSpan =>
    page.state === 'done'
      ? { fromMs: startOf(page), toMs: page.changedMs - page.loadMs }
      : { fromMs: page.changedMs, toMs: span.toMs }

/** The steps of `span` in which one of `parts` lies: starts and ends are counted, not each step of each part. */
function coverSteps(parts: readonly TimeSpan[], span: TimeSpan): boolean[] {
  const changes = new Array<number>(LANE_STEPS + 1).fill(0)
  const stepMs = Math.max(1, span.toMs - span.fromMs) / LANE_STEPS
  const stepOf = (timeMs: number) =>
    Math.min(LANE_STEPS - 1, Math.max(0, Math.floor((timeMs - span.fromMs) / stepMs)))
  for (const { fromMs, toMs } of parts) {
    const [first, last] = [stepOf(fromMs), stepOf(Math.max(fromMs, toMs - 1))]
    changes[first] = (changes[first] ?? 0) + 1
    changes[last + 1] = (changes[last + 1] ?? 0) - 1
  }
  let atWork = 0
  return changes.slice(0, LANE_STEPS).map((change) => {
    atWork += change
    return atWork > 0
  })
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0
  return Math.round(((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2)
}
