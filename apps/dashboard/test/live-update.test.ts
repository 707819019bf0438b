import { expect, test } from 'vitest'
import type { LiveState } from '../src/live/live-source.ts'
import { eventText, updateOf } from '../src/live/live-update.ts'
import { html } from '../src/pages/html.ts'

const state = (changes: Partial<LiveState> = {}): LiveState => ({
  parts: [
    { id: 'one', markup: html`<p>1</p>` },
    { id: 'two', markup: html`<p>2</p>` },
  ],
  texts: { cells: 'w2' },
  news: 'The run is loading',
  isCurrent: true,
  isOver: false,
  pauseMs: 1,
  ...changes,
})

test('the first update holds everything, the next ones what has changed', () => {
  expect(updateOf(state(), undefined)?.parts.map(([id]) => id)).toEqual(['one', 'two'])
  const next = state({
    parts: [state().parts[0]!, { id: 'two', markup: html`<p>3</p>` }],
    texts: { cells: 'w1d1' },
  })
  const update = updateOf(next, state())
  expect(update?.parts).toEqual([['two', '<p>3</p>']])
  expect(update?.texts).toEqual({ cells: 'w1d1' })
})

test('where nothing has changed nothing is sent', () => {
  expect(updateOf(state({ pauseMs: 9 }), state())).toBeUndefined()
  expect(updateOf(state({ isCurrent: false }), state())?.parts).toEqual([])
})

test('a list whose rows are the same is not sent again for one that changed, and a new list comes with its rows', () => {
  const list = (row: string, mark: string) =>
    state({
      parts: [
        { id: 'runs', markup: html`<table>${row}</table>`, mark },
        { id: 'run-1', markup: html`<tr>${row}</tr>`, within: 'runs' },
      ],
    })
  expect(updateOf(list('b', '1'), list('a', '1'))?.parts.map(([id]) => id)).toEqual(['run-1'])
  expect(updateOf(list('b', '1 2'), list('a', '1'))?.parts.map(([id]) => id)).toEqual(['runs'])
})

test('an event is one line of data, whatever the markup holds', () => {
  const text = eventText(updateOf(state({ news: 'a\nb\r\n\ndata: c' }), undefined)!)
  expect(text.split('\n')).toHaveLength(4)
  expect(JSON.parse(text.split('\n')[1]!.slice('data: '.length)).news).toBe('a\nb\r\n\ndata: c')
})
