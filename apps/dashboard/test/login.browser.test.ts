import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type DashboardInBrowser, openDashboardInBrowser } from './dashboard-in-browser.ts'
import { writeRun } from './served-dashboard.ts'

const LOGIN = { user: 'ann', password: 'right-word' }

let served: DashboardInBrowser
beforeAll(async () => {
  served = await openDashboardInBrowser(
    { onTestFinished },
    {
      DASHBOARD_USER: LOGIN.user,
      DASHBOARD_PASSWORD: LOGIN.password,
    },
  )
  await writeRun(served.database, { runId: 'seen1' })
})
afterAll(() => served?.close())

const REFUSAL = { allowed: [/^answer 401/] }

test('who sends no password sees nothing', async () => {
  const { page, status } = await served.browser.openPage({ url: served.url, ...REFUSAL })
  expect(status).toBe(401)
  expect(await page.content()).not.toContain('gather-and-store')
})

test('who sends a wrong password sees nothing but the refusal', async () => {
  const login = { ...LOGIN, password: 'wrong-word' }
  const { page, status } = await served.browser.openPage({ url: served.url, ...login, ...REFUSAL })
  expect(status).toBe(401)
  for (const path of ['/', '/runs/seen1', '/queues/', '/metrics', '/no-such']) {
    expect((await page.goto(`${served.url}${path}`))?.status(), path).toBe(401)
    expect(await page.locator('body').textContent(), path).toBe('User and password are needed.\n')
  }
})

test('who sends the right password sees the list of runs, and stays let in', async () => {
  const { page, status } = await served.browser.openPage({ url: served.url, ...LOGIN })
  expect(status).toBe(200)
  await page.getByRole('link', { name: 'seen1' }).click()
  await page.getByRole('heading', { name: 'Run seen1' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/runs/seen1')
})
