import { loadTopic } from '@gather/topics'
import { expect, test } from 'vitest'
import { createChartCache } from '../src/topics/chart-cache.ts'

const topic = loadTopic('pet_license')
const [chart] = topic.charts
if (chart === undefined) throw new Error('the licences have no chart')
const FIGURES = { xs: ['2019'], series: ['Cat'], values: [['3']] }
const READY = { state: 'ready', figures: FIGURES }

function makeCache(answers: (() => Promise<typeof FIGURES>)[]) {
  let nowMs = 0
  let askedCount = 0
  const { look } = createChartCache({
    read() {
      askedCount += 1
      return answers.shift()?.() ?? Promise.reject(new Error('asked too often'))
    },
    describe: (_question, error) => (error instanceof Error ? error.message : ''),
    waitMs: 20,
    clock: () => nowMs,
  })
  return {
    look: (runId: string | undefined) => look({ topic, chart: chart!, runId }),
    asked: () => askedCount,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}
const given = () => Promise.resolve(FIGURES)

test('rows are counted once for each run that published, and anew for the next one', async () => {
  const cache = makeCache([given, given])
  for (const runId of ['one', 'one', 'two', 'two']) expect(await cache.look(runId)).toEqual(READY)
  cache.pass(1e9)
  await cache.look('two')
  expect(cache.asked()).toBe(2)
})

test('a look does not wait for long counting, which goes on for the next look', async () => {
  let answer = (_figures: typeof FIGURES) => {}
  const cache = makeCache([
    () =>
      new Promise((resolve) => {
        answer = resolve
      }),
  ])
  expect(await cache.look('one')).toEqual({ state: 'counting' })
  expect(await cache.look('one')).toEqual({ state: 'counting' })
  answer(FIGURES)
  expect(await cache.look('one')).toEqual(READY)
  expect(cache.asked()).toBe(1)
})

test('what failed is tried again after a while', async () => {
  const cache = makeCache([() => Promise.reject(new Error('no such table')), given])
  for (const _look of [1, 2])
    expect(await cache.look('one')).toEqual({ state: 'failed', problem: 'no such table' })
  cache.pass(5_001)
  expect(await cache.look('one')).toEqual(READY)
})

test('figures that no run published are soon counted anew', async () => {
  const cache = makeCache([given, given])
  await cache.look(undefined)
  await cache.look(undefined)
  cache.pass(5_001)
  await cache.look(undefined)
  expect(cache.asked()).toBe(2)
})
