import { createTestDatabase, requireService, startBrowser, type TestBrowserHooks } from '@gather/testing'
import { serveDashboard } from './served-dashboard.ts'

/** Served to a browser of its own, over a database of its own: in `beforeAll`, and closed in `afterAll`. */
export async function openDashboardInBrowser(
  hooks: TestBrowserHooks,
  env: Readonly<Record<string, string>> = {},
) {
  const testDatabase = await createTestDatabase()
  const services = { MYSQL_URL: testDatabase.url, REDIS_URL: requireService('TEST_REDIS_URL') }
  const dashboard = await serveDashboard({ ...services, ...env })
  const browser = await startBrowser(hooks)
  return {
    dashboard,
    browser,
    database: testDatabase.database,
    url: `http://127.0.0.1:${dashboard.port}`,
    async close() {
      await browser.close()
      await dashboard.close()
      await testDatabase.drop()
    },
  }
}

export type DashboardInBrowser = Awaited<ReturnType<typeof openDashboardInBrowser>>
