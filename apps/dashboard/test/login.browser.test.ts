import {
  createTestDatabase,
  requireService,
  startBrowser,
  type TestBrowser,
  type TestDatabase,
} from '@gather/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { serveDashboard, writeRun } from './served-dashboard.ts'

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
  url = `http://127.0.0.1:${dashboard.port}`
  await writeRun(testDatabase.database, { runId: 'seen1' })
  browser = await startBrowser({ onTestFinished })
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.close()
  await testDatabase?.drop()
})

const REFUSAL = { allowed: [/^answer 401/] }

test('who sends no password sees nothing', async () => {
  const { page, status } = await browser.openPage({ url, ...REFUSAL })
  expect(status).toBe(401)
  expect(await page.content()).not.toContain('gather-and-store')
})

test('who sends a wrong password sees nothing but the refusal', async () => {
  const login = { ...LOGIN, password: 'wrong-word' }
  const { page, status } = await browser.openPage({ url, ...login, ...REFUSAL })
  expect(status).toBe(401)
  for (const path of ['/', '/runs/seen1', '/queues/', '/metrics', '/no-such']) {
    expect((await page.goto(`${url}${path}`))?.status(), path).toBe(401)
    expect(await page.locator('body').textContent(), path).toBe('User and password are needed.\n')
  }
})

test('who sends the right password sees the list of runs, and stays let in', async () => {
  const { page, status } = await browser.openPage({ url, ...LOGIN })
  expect(status).toBe(200)
  await page.getByRole('link', { name: 'seen1' }).click()
  await page.getByRole('heading', { name: 'Run seen1' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/runs/seen1')
})
