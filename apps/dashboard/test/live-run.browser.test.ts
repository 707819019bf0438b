import { type DashboardStack, startBrowser, startDashboardStack, type TestBrowser } from '@gather/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

let stack: DashboardStack
let browser: TestBrowser
beforeAll(async () => {
  stack = await startDashboardStack({ rowCount: 4_000, workerCount: 0 })
  browser = await startBrowser({ onTestFinished })
})
afterAll(async () => {
  await browser?.close()
  await stack?.close()
})

test('a run is seen from its first page to its receipt, the death of its worker included', async () => {
  const { url, user, password, portal } = stack
  const runId = await stack.enqueue()
  const { page } = await browser.openPage({ url, user, password })
  await page.getByText('No worker connected').waitFor()
  await page.getByRole('link', { name: runId }).click()
  await page.getByText('0 of 4,000 rows').waitFor()

  // The last page hangs for as long as one likes to look.
  portal.setFault(({ query }) => (query.get('$offset') === '3500' ? { kind: 'hang' } : undefined))
  const worker = await stack.startWorker()
  await page.getByText('3,500 of 4,000 rows').waitFor()
  await page.getByText('7 of 8 pages').waitFor()

  portal.setFault(undefined)
  worker.kill('SIGKILL')
  await stack.startWorker()
  await page.getByRole('heading', { name: 'succeeded' }).waitFor()
  expect(await page.getByRole('region', { name: 'Receipt' }).textContent()).toMatch(/Rows stored\s*4,000/)
})
