import type { RunMeasure } from '../product/run-measure.ts'
import type { Span } from './phase-record.ts'
import { addUpPhases, type Interval, type PhaseNode } from './phase-tree.ts'

/** The run cut into four parts that follow each other, so that they add up to its time. */
export interface RunTimeline {
  readonly planning: PhaseNode
  /** From the beginning of the first page to the end of the last. */
  readonly loading: PhaseNode
  /** From there until the run is settled. */
  readonly gap: PhaseNode
  readonly settling: PhaseNode
  /** What planning still did while pages were loaded, milliseconds. */
  readonly plannedBesideMs: number
}

export function buildTimeline(run: RunMeasure): RunTimeline {
  const planner = spansOf(run, (role) => role === 'planner')
  const listener = spansOf(run, (role) => role === 'listener')
  const cuts = findCuts(run, listener)
  const { startMs, pagesStartMs, pagesEndMs, settleStartMs, endMs } = cuts
  const planEndMs = Math.max(0, ...planner.map((span) => span.endMs))
  const part = (name: string, spans: readonly Span[], interval: Interval) =>
    addUpPhases(name, [spans], interval)
  return {
    planning: part('planning', planner, { startMs, endMs: pagesStartMs }),
    loading: part('loading', [], { startMs: pagesStartMs, endMs: pagesEndMs }),
    gap: part('gap', [], { startMs: pagesEndMs, endMs: settleStartMs }),
    settling: part('settling', listener, { startMs: settleStartMs, endMs }),
    plannedBesideMs: Math.max(0, Math.min(planEndMs, endMs) - pagesStartMs),
  }
}

/** The time in which pages are at work. */
export function loadingTime(run: RunMeasure): Interval {
  const { pagesStartMs, pagesEndMs } = findCuts(run, [])
  return { startMs: pagesStartMs, endMs: pagesEndMs }
}

function findCuts(run: RunMeasure, listener: readonly Span[]) {
  const { startMs, endMs } = run
  const pages = spansOf(run, isWorker).filter(({ name }) => name === 'page')
  const within = (timeMs: number, fromMs: number) => Math.min(endMs, Math.max(fromMs, timeMs))
  const pagesStartMs = within(Math.min(endMs, ...pages.map((page) => page.startMs)), startMs)
  const pagesEndMs = within(Math.max(startMs, ...pages.map((page) => page.endMs)), pagesStartMs)
  const settles = listener.filter((span) => span.name === 'settle' && span.endMs > pagesEndMs)
  const settleStartMs = within(Math.min(endMs, ...settles.map((settle) => settle.startMs)), pagesEndMs)
  return { startMs, pagesStartMs, pagesEndMs, settleStartMs, endMs }
}

export const isWorker = (role: string): boolean => role.startsWith('worker')

export const spansOf = (run: RunMeasure, isWanted: (role: string) => boolean): Span[] =>
  run.processes.filter(({ role }) => isWanted(role)).flatMap(({ spans }) => spans)
