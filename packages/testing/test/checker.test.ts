import { describe, expect, it } from 'vitest'
import { findRunOffences, type RunChange } from '../src/checker/history.ts'

const move = (oldState: string, newState: string, more: Partial<RunChange> = {}): RunChange => ({
  oldState,
  newState,
  oldGeneration: 1,
  newGeneration: 1,
  ...more,
})
const MIRROR = { strategy: 'mirror', pageCount: 3, generation: 1 } as const

describe('what a run may do in its history', () => {
  it('a mirror run settles, publishes and succeeds, and its generation may be closed while it settles', () => {
    const closed = move('settling', 'planned', { newGeneration: 2 })
    const ends = [move('settling', 'publishing'), move('publishing', 'succeeded')]
    const loads = [move('planned', 'loading'), move('loading', 'settling')]
    expect(findRunOffences([...loads, closed, ...loads, ...ends], MIRROR)).toEqual([])
  })

  it('only a mirror run without a page, in its first generation, succeeds when it is written', () => {
    const changes = [move('planned', 'succeeded')]
    expect(findRunOffences(changes, { ...MIRROR, pageCount: 0 })).toEqual([])
    for (const run of [
      MIRROR,
      { ...MIRROR, pageCount: 0, strategy: 'full' } as const,
      { ...MIRROR, pageCount: 0, generation: 2 },
    ])
      expect(findRunOffences(changes, run)).toEqual(['the run succeeded unproven (planned>succeeded)'])
  })

  it.each(['loading', 'settling'])('no run succeeds out of %s', (state) => {
    const changes = [move(state, 'succeeded')]
    expect(findRunOffences(changes, { ...MIRROR, pageCount: 0 })).toHaveLength(1)
  })
})
