import { claimPage, endRun, markPageDone, moveRun, releasePage } from '@gather/ledger'
import { Fault } from '@gather/platform'
import {
  createTestDatabase,
  expectGoodLooks,
  requireService,
  startBrowser,
  startTcpProxy,
  type TcpProxy,
  type TestBrowser,
  type TestDatabase,
} from '@gather/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { serveDashboard, writeRun } from './served-dashboard.ts'

const XSS = '<img src=x onerror=alert(1)>"\'</script><script>alert(2)</script><svg/onload=alert(3)>'

let testDatabase: TestDatabase
let proxy: TcpProxy
let dashboard: Awaited<ReturnType<typeof serveDashboard>>
let browser: TestBrowser
let url: string
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  proxy = await startTcpProxy({ upstreamPort: Number(new URL(testDatabase.url).port) })
  dashboard = await serveDashboard({
    MYSQL_URL: proxy.through(testDatabase.url),
    REDIS_URL: requireService('TEST_REDIS_URL'),
  })
  url = `http://127.0.0.1:${dashboard.port}`
  await writeLoadingRun('moving1')
  await writeLoadingRun('failed1')
  await endRun(testDatabase.database, { runId: 'failed1', generation: 1 }, ['loading'], {
    state: 'failed',
    reasonCode: 'PAGES_FAILED',
    reason: XSS,
  })
  browser = await startBrowser({ onTestFinished })
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.close()
  await proxy?.close()
  await testDatabase?.drop()
})

test('a run in motion is good to look at, light, dark and narrow', async () => {
  await expectGoodLooks(browser, { name: 'run-moving', url: `${url}/runs/moving1` })
})

test('arrow keys choose a page of the map, F the next failed one, and its details are shown', async () => {
  const { page } = await browser.openPage({ url: `${url}/runs/failed1` })
  const detail = page.locator('[data-map-detail]')
  await page.getByRole('application', { name: /Page map/ }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await detail.getByText('10 to 20').waitFor()
  await page.keyboard.press('End')
  await detail.getByText('290 to 300').waitFor()
  await page.keyboard.press('Home')
  await page.keyboard.press('f')
  await detail.getByText('failed', { exact: true }).waitFor()
  expect(await detail.textContent()).toContain(XSS)
  expect(await page.locator('.cursor').getAttribute('width')).toBe('1')
})

test('a click into the map chooses the page that is there', async () => {
  const { page } = await browser.openPage({ url: `${url}/runs/failed1`, width: 360 })
  const picture = page.locator('[data-map] svg')
  const { width = 0 } = (await picture.boundingBox()) ?? {}
  const columns = Number((await picture.getAttribute('viewBox'))?.split(' ')[2])
  const cellPx = width / columns
  await picture.click({ position: { x: 2.5 * cellPx, y: 1.5 * cellPx } })
  const chosen = columns + 2
  await page
    .locator('[data-map-detail]')
    .getByText(`${chosen * 10} to ${chosen * 10 + 10}`)
    .waitFor()
})

test('texts from outside stay texts, in a live page too', async () => {
  const { page } = await browser.openPage({ url: `${url}/runs/moving1` })
  let dialogs = 0
  page.on('dialog', (dialog) => {
    dialogs += 1
    void dialog.dismiss()
  })
  await page.locator('[data-live-sign]').getByText('live', { exact: true }).waitFor()
  await testDatabase.database.write('UPDATE import_run SET note = ? WHERE run_id = ?', [XSS, 'moving1'])
  await page.locator('[data-part=trouble]').getByText(XSS).waitFor()
  expect(await page.locator('img, script:not([src])').count()).toBe(0)
  expect(dialogs).toBe(0)
})

test('without JavaScript everything can be read, and the page says how it is kept fresh', async () => {
  const { page } = await browser.openPage({ url: `${url}/runs/failed1`, javaScript: false })
  expect(await page.locator('.live').isVisible()).toBe(false)
  expect(await page.locator('[data-map] path.cell-x').getAttribute('d')).not.toBe('')
  expect(await page.locator('[data-map-hint]').isVisible()).toBe(false)
  await page.getByText('The same as a table').click()
  await page.getByRole('region', { name: 'Table of rows per second' }).waitFor()
  await page.getByRole('link', { name: 'Their list' }).click()
  await page.getByRole('link', { name: '5', exact: true }).click()
  await page.getByText('50 to 60').waitFor()
  await page.goto(`${url}/`)
  // The browser that only plays one without scripts reads what stands there for such, but does not show it.
  expect(await page.locator('main').textContent()).toContain('The page refreshes itself while a run is open')
  await page.waitForEvent('load')
})

test('a page says that the database is away, and is live again when it is back', async () => {
  const { page } = await browser.openPage({ url: `${url}/runs/moving1`, allowed: [/^answer 503/] })
  const sign = page.locator('[data-live-sign]')
  await sign.getByText('live', { exact: true }).waitFor()
  await proxy.setMode({ kind: 'refuse' })
  await sign.getByText('waiting for the services').waitFor()
  await page.getByRole('alert').getByText('The database is unreachable').waitFor()
  expect(await page.locator('[data-part=progress]').textContent()).toContain('of 300 rows')
  await proxy.setMode({ kind: 'pass' })
  await sign.getByText('live', { exact: true }).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
})

test('a page whose dashboard has gone says that it is reconnecting', async () => {
  const own = await serveDashboard({
    MYSQL_URL: testDatabase.url,
    REDIS_URL: requireService('TEST_REDIS_URL'),
  })
  const { page } = await browser.openPage({
    url: `http://127.0.0.1:${own.port}/`,
    allowed: [/^request failed/, /^console: .*ERR_/],
  })
  const sign = page.locator('[data-live-sign]')
  await sign.getByText('live', { exact: true }).waitFor()
  await own.close()
  await sign.getByText('reconnecting').waitFor()
  expect(await page.locator('[data-live-news]').textContent()).toBe('The page is reconnecting')
})

/** 30 pages: some done, of these one at the second try, one failed with a hostile text, two at work, the rest waiting. */
async function writeLoadingRun(runId: string) {
  const { database } = testDatabase
  await writeRun(database, { runId, topic: `${runId} ${XSS}`.slice(0, 64), plannedRows: 300 })
  await moveRun(database, { runId, generation: 1 }, ['planned'], 'loading')
  const claim = async (pageNo: number) => {
    const page = await claimPage(database, {
      runId,
      generation: 1,
      pageNo,
      enqueueNo: 1,
      claimedBy: `host:${pageNo % 3}`,
    })
    if (page === undefined) throw new Error(`page ${pageNo} could not be claimed`)
    return page
  }
  const release = async (pageNo: number, state: 'open' | 'failed') => {
    const fault = new Fault({ code: 'SOURCE_STATUS', kind: 'terminal', message: `500: ${XSS}` })
    await releasePage(database, await claim(pageNo), { state, countsAttempt: true, requestCount: 1, fault })
  }
  await release(2, 'open')
  for (const pageNo of [0, 1, 2, 3, 4, 6, 7]) {
    const page = await claim(pageNo)
    const figures = { rowCount: 10, digestSum: '1', bodyBytes: 1, fetchMs: 1, loadMs: 1 }
    await database.transaction((session) => markPageDone(session, page, figures))
  }
  await release(5, 'failed')
  await release(9, 'open')
  await claim(8)
  await claim(10)
}
