import type { RunMeasure } from '../product/run-measure.ts'
import { addUpPhases, type PhaseNode } from './phase-tree.ts'
import { isWorker, loadingTime } from './run-timeline.ts'

/** What the slots of all workers did while pages were loaded: {@link totalMs} = that of {@link pages} + idle. */
export interface SlotTimes {
  /** Slots times the time of loading. */
  readonly totalMs: number
  readonly pages: readonly PhaseNode[]
  readonly idleMs: number
}

export function buildSlotTimes(run: RunMeasure): SlotTimes {
  const interval = loadingTime(run)
  const processes = run.processes.filter(({ role }) => isWorker(role)).map(({ spans }) => spans)
  const pages = addUpPhases('loading', processes, interval).children
  const totalMs = run.slotCount * (interval.endMs - interval.startMs)
  const busyMs = pages.reduce((sum, { totalMs: ms }) => sum + ms, 0)
  return { totalMs, pages, idleMs: totalMs - busyMs }
}
