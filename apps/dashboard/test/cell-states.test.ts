import { describe, expect, test } from 'vitest'
import { cellOf, countCells, drawCells, loadingPages } from '../src/cell-states.ts'
import { pageFact } from './page-fact.ts'

const NONE = new Set<number>()

describe('a cell', () => {
  test.each([
    ['open', false, 'w'],
    ['open', true, 'a'],
    ['claimed', false, 'f'],
    ['claimed', true, 'f'],
    ['done', false, 'd'],
    ['done', true, 'r'],
    ['failed', true, 'x'],
  ] as const)('of a page that is %s, retried %s, is %s', (state, wasRetried, letter) => {
    expect(cellOf(pageFact({ state, wasRetried }), true, NONE)).toBe(letter)
  })

  test('is loading where the queue says so, as long as the ledger has not heard of its end', () => {
    const loading = new Set([0])
    expect(cellOf(pageFact({ state: 'claimed' }), true, loading)).toBe('l')
    expect(cellOf(pageFact({ state: 'done' }), true, loading)).toBe('d')
    expect(cellOf(pageFact({ state: 'open' }), true, loading)).toBe('w')
  })

  test('of a page that was claimed when the run ended is at work no more', () => {
    expect(cellOf(pageFact({ state: 'claimed' }), false, new Set([0]))).toBe('w')
  })
})

test('the queue tells of the pages of this run and generation only', () => {
  const job = { v: 1, runId: 'one', generation: 2, enqueueNo: 1 } as const
  const atWork = [
    { ...job, pageNo: 1, step: 'loading' },
    { ...job, pageNo: 2, step: 'fetching' },
    { ...job, pageNo: 3, step: 'loading', generation: 1 },
    { ...job, pageNo: 4, step: 'loading', runId: 'two' },
  ] as const
  expect([...loadingPages({ runId: 'one', generation: 2 }, atWork)]).toEqual([1])
})

test('cells stand in the order of the pages and are counted by letter', () => {
  const pages = [pageFact({ pageNo: 0 }), pageFact({ pageNo: 1, state: 'failed' }), pageFact({ pageNo: 2 })]
  expect(drawCells(pages, true, NONE)).toBe('dxd')
  expect(countCells('dxd')).toEqual(
    new Map([
      ['d', 2],
      ['x', 1],
    ]),
  )
})
