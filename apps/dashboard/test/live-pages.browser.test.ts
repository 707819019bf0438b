import {
  type DashboardStack,
  eventually,
  type Page,
  startBrowser,
  startDashboardStack,
  type TestBrowser,
} from '@gather/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const PAGE_COUNT = 40

let stack: DashboardStack
let browser: TestBrowser
beforeAll(async () => {
  stack = await startDashboardStack({
    rowCount: PAGE_COUNT * 50,
    topic: { page_rows: 50 },
    pageDelayMs: 600,
    env: { WORKER_CONCURRENCY: '2' },
  })
  browser = await startBrowser({ onTestFinished })
})
afterAll(async () => {
  await browser?.close()
  await stack?.close()
})

/** Which letters the map draws cells of. */
const drawnLetters = (page: Page): Promise<string> =>
  page.locator('[data-map] path[class^=cell-]').evaluateAll((paths) =>
    paths
      .filter((path) => path.getAttribute('d') !== '')
      .map((path) => path.getAttribute('data-letter'))
      .join(''),
  )

test('a run is seen live from its plan to the receipt, without a reload', async () => {
  const login = { user: stack.user, password: stack.password }
  const { page: list } = await browser.openPage({ url: stack.url, ...login })
  const runId = await stack.enqueue()
  await list.getByRole('link', { name: runId }).waitFor()
  const { page } = await browser.openPage({ url: `${stack.url}/runs/${runId}`, ...login })
  await page.evaluate("document.body.dataset.isFirst = 'yes'")
  await page.locator('[data-live-sign]').getByText('live', { exact: true }).waitFor()

  await eventually('cells of pages that wait and of such that are done', async () =>
    /^w.*d/.test(await drawnLetters(page)),
  )
  const table = page.locator('[data-key=rates]')
  await table.locator('summary').focus()
  await page.keyboard.press('Enter')
  const heightBefore = (await page.locator('.map svg').boundingBox())?.height

  await page.locator('[data-part=badge]').getByText('succeeded').waitFor()
  await page.locator('[data-live-sign]').getByText('ended', { exact: true }).waitFor()
  expect(await drawnLetters(page)).toBe('d')
  expect(await page.locator('[data-part=progress]').textContent()).toContain('2,000 of 2,000 rows')
  expect(await page.locator('[data-part=receipt]').textContent()).toContain('Rows stored2,000')
  expect(await page.locator('[data-part=log]').textContent()).toContain('success')
  expect(await page.locator('[data-live-news]').textContent()).toBe('The run is succeeded')

  expect(await table.getAttribute('open'), 'what was opened stays open').not.toBeNull()
  expect(await page.evaluate('document.activeElement.tagName'), 'the focus stays').toBe('SUMMARY')
  expect((await page.locator('.map svg').boundingBox())?.height).toBe(heightBefore)
  expect(await page.evaluate('document.body.dataset.isFirst'), 'the page is the one that was opened').toBe(
    'yes',
  )
  await list.locator(`[data-part=run-${runId}]`).getByText('succeeded').waitFor()
})

test('a page that is paused stands still until it may go on', async () => {
  const { page } = await browser.openPage({ url: stack.url, user: stack.user, password: stack.password })
  await page.locator('[data-live-sign]').getByText('live', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  expect(await page.locator('[data-live-sign]').textContent()).toBe('paused')
  const runId = await stack.enqueue()
  await page.waitForTimeout(4_000)
  expect(await page.getByRole('link', { name: runId }).count()).toBe(0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('link', { name: runId }).waitFor()
})
