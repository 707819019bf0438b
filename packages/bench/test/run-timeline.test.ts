import { expect, test } from 'vitest'
import type { RunMeasure } from '../src/product/run-measure.ts'
import type { Span } from '../src/profile/phase-record.ts'
import { buildTimeline } from '../src/profile/run-timeline.ts'
import { buildSlotTimes } from '../src/profile/slot-times.ts'
import { renderProfile } from '../src/report/render-profile.ts'

let lastId = 0

function span(name: string, startMs: number, endMs: number, parent?: Span): Span {
  lastId += 1
  return { name, startMs, endMs, id: lastId, parentId: parent?.id ?? 0 }
}

function runOf(spans: Readonly<Record<string, readonly Span[]>>, startMs: number, endMs: number): RunMeasure {
  const processes = Object.entries(spans).map(([role, own]) => ({
    role,
    spans: own,
    usage: { cpuMs: 1_500, rssPeakKb: 102_400 },
  }))
  const runMs = endMs - startMs
  return { runId: 'r1', startMs, endMs, runMs, finalRowMs: runMs, slotCount: 4, othersCpuMs: 20, processes }
}

function sampleRun(): RunMeasure {
  const plan = span('plan', 100, 160)
  const pages = [span('page', 140, 200), span('page', 150, 300), span('page', 210, 280)]
  const idle = span('settle', 120, 125)
  const settle = span('settle', 310, 400)
  return runOf(
    {
      planner: [plan, span('plan.ask', 105, 130, plan), span('plan.enqueue', 130, 158, plan)],
      'worker-1': [...pages.slice(0, 2), span('page.load', 160, 290, pages[1])],
      'worker-2': pages.slice(2),
      listener: [
        idle,
        settle,
        span('settle.index', 315, 390, settle),
        span('settle.digest', 315, 350, settle),
      ],
    },
    100,
    395,
  )
}

test('the parts of a run follow each other and add up to its time', () => {
  const run = sampleRun()
  const { planning, loading, gap, settling, plannedBesideMs } = buildTimeline(run)
  const times = [planning, loading, gap, settling].map(({ totalMs }) => totalMs)
  expect(times).toEqual([40, 160, 10, 85])
  expect(times.reduce((sum, ms) => sum + ms, 0)).toBe(run.runMs)
  expect(plannedBesideMs).toBe(20)
  expect(planning.children[0]?.children).toMatchObject([
    { name: 'plan.ask', totalMs: 25 },
    { name: 'plan.enqueue', totalMs: 10 },
  ])
  expect(settling.children[0]).toMatchObject({ name: 'settle', totalMs: 85, overlapMs: 35 })
})

test('a run without pages is all planning', () => {
  const { planning, loading, gap, settling } = buildTimeline(runOf({ planner: [span('plan', 0, 50)] }, 0, 50))
  expect([planning, loading, gap, settling].map(({ totalMs }) => totalMs)).toEqual([50, 0, 0, 0])
})

test('the time of the slots is that of the pages and idle time', () => {
  const { totalMs, pages, idleMs } = buildSlotTimes(sampleRun())
  expect(totalMs).toBe(4 * 160)
  expect(pages).toMatchObject([{ name: 'page', count: 3, totalMs: 280, restMs: 150 }])
  expect(idleMs).toBe(360)
})

test('a profile tells parts, slots and processes', () => {
  const text = renderProfile(sampleRun())
  expect(text).toMatch(/^ {4}loading +160\.0 +54\.2$/m)
  expect(text).toMatch(/^ {4}idle +360\.0 +56\.3$/m)
  expect(text).toMatch(/^ {2}worker-2 +1\.50 +100$/m)
  expect(text).toContain('planning went on for 20.0 ms while pages were loaded')
})
