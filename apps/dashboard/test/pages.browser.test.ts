import { endRun, moveRun } from '@gather/ledger'
import { expectGoodLooks, expectKeyboardReachesAll, type Page } from '@gather/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type DashboardInBrowser, openDashboardInBrowser } from './dashboard-in-browser.ts'
import { writeHostileRun } from './hostile-run.ts'
import { writeRun } from './served-dashboard.ts'

let served: DashboardInBrowser
beforeAll(async () => {
  served = await openDashboardInBrowser({ onTestFinished })
  await writeRuns()
})
afterAll(() => served?.close())

/** A run of every kind that the list shows otherwise. */
async function writeRuns() {
  const { database } = served
  await writeHostileRun(database)
  for (const runId of ['planned1', 'loading1', 'settling1', 'succeeded1', 'cancelled1'])
    await writeRun(database, { runId, note: 'asked for by hand' })
  await moveRun(database, { runId: 'loading1', generation: 1 }, ['planned'], 'loading')
  for (const runId of ['settling1', 'succeeded1', 'cancelled1']) {
    await moveRun(database, { runId, generation: 1 }, ['planned'], 'loading')
    await moveRun(database, { runId, generation: 1 }, ['loading'], 'settling')
  }
  await moveRun(database, { runId: 'succeeded1', generation: 1 }, ['settling'], 'publishing')
  await endRun(database, { runId: 'succeeded1', generation: 1 }, ['publishing'], { state: 'succeeded' })
  await endRun(database, { runId: 'cancelled1', generation: 1 }, ['settling'], {
    state: 'cancelled',
    reasonCode: 'CANCELLED',
    reason: 'cancelled by hand',
  })
}

const PAGES = [
  ['runs', '/'],
  ['runs-none', '/?topic=nothing'],
  ['run-planned', '/runs/planned1'],
  ['run-succeeded', '/runs/succeeded1'],
  ['run-failed', '/runs/xss1'],
  ['run-loading', '/runs/loading1'],
  ['run-settling', '/runs/settling1'],
  ['run-cancelled', '/runs/cancelled1'],
  ['run-pages', '/runs/xss1/pages'],
  ['run-page', '/runs/xss1/pages/0'],
  ['not-found', '/runs/no-such'],
] as const

/** A live page would change while it is looked at. */
async function pause(page: Page) {
  const button = page.getByRole('button', { name: 'Pause' })
  if (await button.isVisible()) await button.click()
}

describe('every page', () => {
  test.each(PAGES)(
    'is good to look at in light and dark, on a telephone and on a desktop: %s',
    async (name, path) => {
      const looks = { ready: pause, allowed: [/^answer 404/] }
      await expectGoodLooks(served.browser, { name, url: `${served.url}${path}`, ...looks })
    },
  )

  test('can be used by the keyboard alone', async () => {
    const { page } = await served.browser.openPage({ url: served.url, allowed: [/^answer 404/] })
    for (const [, path] of PAGES) {
      await page.goto(`${served.url}${path}`)
      await pause(page)
      expect(await expectKeyboardReachesAll(page)).toBeGreaterThan(3)
    }
  })

  test('can be read without scripts', async () => {
    const { page } = await served.browser.openPage({
      url: served.url,
      javaScript: false,
      allowed: [/^answer 404/],
    })
    for (const [, path] of PAGES) {
      await page.goto(`${served.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByRole('link', { name: 'Queues' }).waitFor()
    }
  })
})
