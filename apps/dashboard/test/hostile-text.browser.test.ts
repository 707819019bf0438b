import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type DashboardInBrowser, openDashboardInBrowser } from './dashboard-in-browser.ts'
import { ALL_PAYLOADS, HOSTILE_JOB_ID, PAYLOADS, writeHostileJob, writeHostileRun } from './hostile-run.ts'

let served: DashboardInBrowser
beforeAll(async () => {
  served = await openDashboardInBrowser({ onTestFinished })
  await writeHostileRun(served.database)
  await writeHostileJob(served.dashboard.services)
})
afterAll(async () => {
  await served?.dashboard.services.queue.pages.obliterate({ force: true })
  await served?.close()
})

// A payload that is taken for markup calls go(), which does not exist: an error of a script, or a breach of the policy.
describe('S3: hostile texts in a browser', () => {
  test.each([
    ['the list of runs', '/'],
    ['a run, its failed pages and its log', '/runs/xss1'],
    ['the list of a topic', `/?topic=${encodeURIComponent(ALL_PAYLOADS)}`],
  ])('are text in %s', async (_what, path) => {
    const { page } = await served.browser.openPage({ url: `${served.url}${path}` })
    const shown = await page.locator('main').textContent()
    for (const payload of PAYLOADS.slice(0, 2)) expect(shown).toContain(payload)
    expect(
      await page.locator('main :is(script, img, iframe, [onerror], [onload], [autofocus])').count(),
    ).toBe(0)
    expect(await page.title()).toMatch(/ - gather-and-store$/)
  })

  test('do nothing in addresses that lead nowhere', async () => {
    const { page } = await served.browser.openPage({ url: served.url, allowed: [/^answer 404/] })
    for (const payload of PAYLOADS)
      for (const path of ['/', '/runs/']) {
        const answer = await page.goto(`${served.url}${path}${encodeURIComponent(payload)}`)
        expect(answer?.status()).toBe(404)
      }
  })

  test('are text in Bull Board: name, data and log of a job', async () => {
    const job = `${served.url}/queues/queue/pages/${encodeURIComponent(HOSTILE_JOB_ID)}`
    const { page } = await served.browser.openPage({ url: job })
    await page.getByText('<img src=x onerror=go(1)>').first().waitFor()
    expect(await page.locator('[onerror], [onload], [autofocus], a[href^="javascript:"]').count()).toBe(0)
  })
})
