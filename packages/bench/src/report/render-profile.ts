import type { RunMeasure } from '../product/run-measure.ts'
import type { PhaseNode } from '../profile/phase-tree.ts'
import { buildTimeline } from '../profile/run-timeline.ts'
import { buildSlotTimes } from '../profile/slot-times.ts'
import { formatNumber } from './format-number.ts'
import { renderTable } from './render-table.ts'

/** Shorter rests are not told. */
const TOLD_MS_MIN = 0.5

/** Where the time of one run went, as three tables. */
export function renderProfile(run: RunMeasure): string {
  return [
    `profile of run ${run.runId}, the one nearest to the median`,
    ...renderTimeline(run),
    '',
    ...renderSlots(run),
    '',
    ...renderProcesses(run),
  ]
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n')
}

function renderTimeline(run: RunMeasure): string[] {
  const { planning, loading, gap, settling, plannedBesideMs } = buildTimeline(run)
  const row = (name: string, ms: number) => [name, formatNumber(ms, 1), share(ms, run.runMs)]
  const parts = [planning, loading, gap, settling].flatMap((part) => listNode(part, 1))
  const rows = [['run', run.runMs] as const, ...parts].map(([name, ms]) => row(name, ms))
  const beside = `planning went on for ${formatNumber(plannedBesideMs, 1)} ms while pages were loaded`
  return [...renderTable(['run', 'ms', '%'], rows), ...(plannedBesideMs > TOLD_MS_MIN ? [beside] : [])]
}

function renderSlots(run: RunMeasure): string[] {
  const { totalMs, pages, idleMs } = buildSlotTimes(run)
  if (totalMs === 0) return ['no page was loaded']
  if (totalMs === 0) return ['no page was loaded']
  const lines: (readonly [string, number])[] = [
    [`all ${run.slotCount} slots`, totalMs],
    ...pages.flatMap((node) => listNode(node, 1)),
    ['  idle', idleMs],
  ]
  const rows = lines.map(([name, ms]) => [name, formatNumber(ms, 1), share(ms, totalMs)])
  return renderTable(['worker slots while loading', 'ms', '%'], rows)
}

/** A node, what is in it, and what makes them add up. */
function listNode(node: PhaseNode, depth: number): (readonly [string, number])[] {
  const indent = '  '.repeat(depth)
  const count = node.count > 1 ? ` (${node.count})` : ''
  const head = [`${indent}${node.name}${count}`, node.totalMs] as const
  if (node.children.length === 0) return [head]
  const rests: (readonly [string, number])[] = [
    [`${indent}  rest`, node.restMs],
    [`${indent}  at the same time`, -node.overlapMs],
  ]
  return [
    head,
    ...node.children.flatMap((child) => listNode(child, depth + 1)),
    ...rests.filter(([, ms]) => Math.abs(ms) >= TOLD_MS_MIN),
  ]
}

function renderProcesses({ processes, othersCpuMs }: RunMeasure): string[] {
  const row = (name: string, cpuMs: number | undefined, rssPeakKb?: number) => [
    name,
    cpuMs === undefined ? 'unknown' : formatNumber(cpuMs / 1000, 2),
    rssPeakKb === undefined ? '' : formatNumber(rssPeakKb / 1024, 0),
  ]
  const cpuMs = processes.reduce((sum, { usage }) => sum + (usage?.cpuMs ?? 0), 0)
  return renderTable(
    ['process', 'CPU s', 'peak MB'],
    [
      ...processes.map(({ role, usage }) => row(role, usage?.cpuMs, usage?.rssPeakKb)),
      row('all of these', cpuMs),
      row('other programs', othersCpuMs),
    ],
  )
}

const share = (ms: number, totalMs: number): string => formatNumber((100 * ms) / totalMs, 1)
