import { fileURLToPath } from 'node:url'
import type { FaultRequest } from '@gather/sample-portal'
import {
  type AppProcess,
  eventually,
  type NemesisStack,
  startNemesisStack,
  type Trial,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { readSourceTree } from '../../src/check-tree/source-tree.ts'
import { beginHere } from '../../src/sweeps/begin-here.ts'

const PAGES = 10
const PAGE_ROWS = 20
let stack: NemesisStack
let listener: AppProcess
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: PAGES * PAGE_ROWS,
    topic: { page_rows: PAGE_ROWS },
    env: { JOB_LOCK_MS: '1000' },
  })
  const [started] = await Promise.all([stack.start('listener'), stack.start('worker')])
  listener = started
})
afterEach(() => stack.portal.setFault(undefined))
afterAll(() => stack.close())

const allDone = (trial: Trial) => eventually('all pages', async () => (await trial.pagesDone()) === PAGES)
const expectExact = async (trial: Trial) => {
  expect((await trial.ended()).reason).toBeNull()
  expect(await trial.check()).toEqual([])
}
const isPage = ({ query }: FaultRequest, pageNo: number) =>
  query.has('$order') && Number(query.get('$offset')) === pageNo * PAGE_ROWS

it('7: the listener is killed, and another one starts after the last page', async () => {
  listener.kill('SIGKILL')
  await listener.exited
  const trial = await beginHere(stack, { withReader: true })
  await allDone(trial)
  listener = await stack.start('listener')
  await expectExact(trial)
})

it('8: a listener sleeps while events are trimmed and its settle job is lost', async () => {
  listener.kill('SIGSTOP')
  const trial = await beginHere(stack, { withReader: true })
  await allDone(trial)
  const { pages, settles } = stack.services.queue
  await settles.obliterate({ force: true })
  await Promise.all([pages.trimEvents(0), settles.trimEvents(0)])
  listener.kill('SIGCONT')
  await expectExact(trial)
})

it.each([
  [8, 'reads the stream of events', /QueueEvents|'xread/i],
  [10, 'gives a job a parent', /FlowProducer|WaitingChildren|\bparent:/],
])('%i: no part of the product %s', (_, __, pattern) => {
  const { files } = readSourceTree(fileURLToPath(new URL('../../../..', import.meta.url)))
  const product = files.filter(
    ({ home, part, isCode }) => isCode && part === 'src' && !/\/(testing|bench|dashboard)$/.test(home),
  )
  expect(product.length).toBeGreaterThan(100)
  const places = product.flatMap(({ path, lines }) =>
    lines.filter(({ text }) => pattern.test(text)).map(({ number }) => `${path}:${number}`),
  )
  expect(places).toEqual([])
})

it('10: one page of many fails for good: the run ends, no job is left, and the next run is not held up', async () => {
  stack.portal.setFault((request) => (isPage(request, 3) ? { kind: 'status', status: 403 } : undefined))
  const failing = await beginHere(stack, { withReader: true })
  expect(await failing.ended()).toMatchObject({
    state: 'failed',
    reasonCode: expect.stringMatching(/^SOURCE_/),
  })
  expect(await failing.check()).toEqual([])
  stack.portal.setFault(undefined)
  await expectExact(await beginHere(stack, { withReader: true }))
  await eventually('no job being left', async () => {
    const counts = await stack.services.queue.pages.getJobCounts(
      'waiting',
      'active',
      'delayed',
      'waiting-children',
    )
    return Object.values(counts).every((count) => count === 0)
  })
})

it('11: the same topic runs again while the jobs of the run before are kept, and after they are gone', async () => {
  const { pages } = stack.services.queue
  /** Its first jobs did the work: none was taken for one of another run and had to be enqueued anew. */
  const runAtOnce = async () => {
    const trial = await beginHere(stack)
    await expectExact(trial)
    const jobs = await pages.getCompleted()
    const own = jobs.filter(({ data }) => data.runId === trial.runId && data.enqueueNo === 1)
    expect(own).toHaveLength(PAGES)
  }
  await runAtOnce()
  expect(await pages.getCompletedCount()).toBeGreaterThanOrEqual(PAGES)
  await runAtOnce()
  await pages.clean(0, 10_000, 'completed')
  expect(await pages.getCompletedCount()).toBe(0)
  await runAtOnce()
})
