import { eventually } from '@gather/testing'
import { afterEach, beforeEach, it } from 'vitest'
import { createLatch, faultOf, type OwnQueue, openOwnQueue, pagesOf } from './own-queue.ts'

let own: OwnQueue
beforeEach(() => {
  own = openOwnQueue()
})
afterEach(() => own.close())

const stepsNow = async () =>
  (await own.queue.listPagesAtWork()).map(({ pageNo, step }) => `${pageNo} ${step}`).sort()

it('tells of each page at work whether it is fetched or loaded', async () => {
  const [fetched, loaded] = [createLatch(), createLatch()]
  await own.queue.enqueuePages(pagesOf(3))
  const worker = own.startPages(
    async (job, _signal, report) => {
      if (job.pageNo === 1) report?.('loading')
      await (job.pageNo === 1 ? loaded : fetched).opened
    },
    { concurrency: 2 },
  )
  await worker.ready()
  await eventually('both steps', async () => (await stepsNow()).join() === '0 fetching,1 loading')
  loaded.open()
  await eventually('the next page', async () => (await stepsNow()).join() === '0 fetching,2 fetching')
  fetched.open()
  await eventually('nobody at work', async () => (await stepsNow()).length === 0)
})

it('does not take the step of a try that failed for that of the next one', async () => {
  const latch = createLatch()
  let tries = 0
  await own.queue.enqueuePages(pagesOf(1))
  own.startPages(async (_job, _signal, report) => {
    tries += 1
    if (tries === 2) return latch.opened
    report?.('loading')
    await eventually('the step of the first try', async () => (await stepsNow()).join() === '0 loading')
    throw faultOf('transient', { retryAfterMs: 10 })
  })
  await eventually('the second try', () => tries === 2)
  await eventually('its step', async () => (await stepsNow()).join() === '0 fetching')
  latch.open()
})
