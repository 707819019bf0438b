import {
  createTestDatabase,
  expectGoodLooks,
  type Page,
  requireService,
  startBrowser,
  type TestBrowser,
  type TestDatabase,
} from '@gather/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { serveDashboard } from './served-dashboard.ts'

const LOGIN = { user: 'ann', password: 'right-word' }

let testDatabase: TestDatabase
let dashboard: Awaited<ReturnType<typeof serveDashboard>>
let browser: TestBrowser
let url: string
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  dashboard = await serveDashboard({
    MYSQL_URL: testDatabase.url,
    REDIS_URL: requireService('TEST_REDIS_URL'),
    DASHBOARD_USER: LOGIN.user,
    DASHBOARD_PASSWORD: LOGIN.password,
  })
  url = `http://127.0.0.1:${dashboard.port}/queues/`
  await dashboard.services.queue.enqueuePages([{ runId: 'good1', generation: 1, pageNo: 0, enqueueNo: 1 }])
  browser = await startBrowser({ onTestFinished })
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.services.queue.pages.obliterate({ force: true })
  await dashboard?.close()
  await testDatabase?.drop()
})

test('Bull Board shows every queue behind the login, and asks nobody but us', async () => {
  const { page } = await browser.openPage({ url, ...LOGIN })
  for (const name of ['Pages', 'Settles', 'Occurrences'])
    await page.getByRole('link', { name }).first().waitFor()
  expect(await page.title()).toContain('gather-and-store')
})

test('its list of a queue leads to a job and shows what it holds', async () => {
  const { page } = await browser.openPage({ url, ...LOGIN })
  await page.getByRole('link', { name: 'Pages' }).first().click()
  await page.getByText('good1-g1-p0-e1').first().click()
  await page.getByText('"good1"').first().waitFor()
})

test('it offers nothing that would change a queue', async () => {
  const { page } = await browser.openPage({ url: `${url}queue/pages`, ...LOGIN })
  await page.getByText('good1-g1-p0-e1').first().waitFor()
  for (const name of [/pause/i, /retry/i, /clean/i, /promote/i, /^add/i, /empty/i, /obliterate/i])
    expect(await page.getByRole('button', { name }).count(), String(name)).toBe(0)
})

async function waitForQueues(page: Page) {
  await page.getByRole('link', { name: 'Pages' }).first().waitFor()
  await page.getByText('Loading...').waitFor({ state: 'hidden' })
}

/** What the makers of Bull Board have to mend. */
const FOREIGN_FINDINGS = ['button-name', 'color-contrast', 'label-content-name-mismatch']

test('it is good to look at, but for what is known of it', async () => {
  await expectGoodLooks(browser, {
    name: 'queues',
    url,
    ...LOGIN,
    axeExcept: FOREIGN_FINDINGS,
    ready: waitForQueues,
  })
})
