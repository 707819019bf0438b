import { expectGoodLooks, type Page } from '@gather/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type DashboardInBrowser, openDashboardInBrowser } from './dashboard-in-browser.ts'

const LOGIN = { user: 'ann', password: 'right-word' }

let served: DashboardInBrowser
const board = () => `${served.url}/queues/`
beforeAll(async () => {
  served = await openDashboardInBrowser(
    { onTestFinished },
    {
      DASHBOARD_USER: LOGIN.user,
      DASHBOARD_PASSWORD: LOGIN.password,
    },
  )
  await served.dashboard.services.queue.enqueuePages([
    { runId: 'good1', generation: 1, pageNo: 0, enqueueNo: 1 },
  ])
})
afterAll(async () => {
  await served?.dashboard.services.queue.pages.obliterate({ force: true })
  await served?.close()
})

test('Bull Board shows every queue behind the login, and asks nobody but us', async () => {
  const { page } = await served.browser.openPage({ url: board(), ...LOGIN })
  for (const name of ['Pages', 'Settles', 'Occurrences'])
    await page.getByRole('link', { name }).first().waitFor()
  expect(await page.title()).toContain('gather-and-store')
})

test('its list of a queue leads to a job and shows what it holds', async () => {
  const { page } = await served.browser.openPage({ url: board(), ...LOGIN })
  await page.getByRole('link', { name: 'Pages' }).first().click()
  await page.getByText('good1-g1-p0-e1').first().click()
  await page.getByText('"good1"').first().waitFor()
})

test('it offers nothing that would change a queue', async () => {
  const { page } = await served.browser.openPage({ url: `${board()}queue/pages`, ...LOGIN })
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
  await expectGoodLooks(served.browser, {
    name: 'queues',
    url: board(),
    ...LOGIN,
    axeExcept: FOREIGN_FINDINGS,
    ready: waitForQueues,
  })
})
