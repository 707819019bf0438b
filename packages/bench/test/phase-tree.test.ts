import { expect, test } from 'vitest'
import type { Span } from '../src/profile/phase-record.ts'
import { addUpPhases, coveredTime, type PhaseNode } from '../src/profile/phase-tree.ts'

type Times = readonly [startMs: number, endMs: number]

const span = (name: string, [startMs, endMs]: Times, id: number, parentId = 0): Span => ({
  name,
  startMs,
  endMs,
  id,
  parentId,
})

function assertAddsUp(node: PhaseNode): void {
  const inner = node.children.reduce((sum, { totalMs }) => sum + totalMs, 0)
  expect(inner + node.restMs - node.overlapMs).toBeCloseTo(node.totalMs, 6)
  node.children.forEach(assertAddsUp)
}

test('phases of a name are added up, with what is in them and what is left', () => {
  const node = addUpPhases(
    'part',
    [[span('a', [0, 10], 1), span('a.x', [2, 5], 2, 1), span('a', [20, 26], 3), span('a.x', [20, 24], 4, 3)]],
    { startMs: 0, endMs: 30 },
  )
  expect(node).toMatchObject({ totalMs: 30, restMs: 14, overlapMs: 0 })
  expect(node.children).toMatchObject([{ name: 'a', count: 2, totalMs: 16, restMs: 9 }])
  expect(node.children[0]?.children).toMatchObject([{ name: 'a.x', count: 2, totalMs: 7 }])
  assertAddsUp(node)
})

test('what goes on at the same time counts in each phase and once in the whole', () => {
  const node = addUpPhases(
    'settling',
    [[span('settle', [0, 10], 1), span('digest', [1, 7], 2, 1), span('index', [2, 9], 3, 1)]],
    { startMs: 0, endMs: 10 },
  )
  expect(node.children[0]).toMatchObject({ totalMs: 10, restMs: 2, overlapMs: 5 })
  assertAddsUp(node)
})

test('what reaches beyond the interval or its outer phase is cut off', () => {
  const node = addUpPhases(
    'part',
    [[span('a', [-5, 8], 1), span('a.x', [6, 12], 2, 1), span('b', [9, 99], 3)]],
    {
      startMs: 0,
      endMs: 10,
    },
  )
  expect(node.children).toMatchObject([
    { name: 'a', totalMs: 8, children: [{ name: 'a.x', totalMs: 2 }] },
    { name: 'b', totalMs: 1 },
  ])
  assertAddsUp(node)
})

test('processes that number their phases alike are kept apart', () => {
  const spans = [span('page', [0, 4], 1), span('page.load', [1, 3], 2, 1)]
  const node = addUpPhases('loading', [spans, spans], { startMs: 0, endMs: 4 })
  expect(node.children).toMatchObject([{ count: 2, totalMs: 8, restMs: 4, children: [{ totalMs: 4 }] }])
  expect(node.overlapMs).toBe(4)
  assertAddsUp(node)
})

test('an inner phase whose outer one has not ended stands by itself', () => {
  const node = addUpPhases('part', [[span('a.x', [2, 5], 2, 1)]], { startMs: 0, endMs: 10 })
  expect(node.children).toMatchObject([{ name: 'a.x', totalMs: 3 }])
})

test('covered time counts what overlaps once', () => {
  expect(coveredTime([])).toBe(0)
  expect(
    coveredTime([
      { startMs: 5, endMs: 6 },
      { startMs: 0, endMs: 3 },
      { startMs: 2, endMs: 4 },
      { startMs: 2, endMs: 3 },
    ]),
  ).toBe(5)
})
