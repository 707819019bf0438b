import { findRun } from '@gather/ledger'
import {
  type DashboardStack,
  eventually,
  expectGoodLooks,
  expectKeyboardReachesAll,
  type Page,
  startBrowser,
  startDashboardStack,
  type TestBrowser,
} from '@gather/testing'
import { loadTopic } from '@gather/topics'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { countBySpeciesAndYear } from './read-chart-table.ts'

const HOSTILE = '<img src=x onerror=go(1)>'
const BY_YEAR = 'Licences by species and year'

/** Four pictures and their examinations, on a busy machine. */
const LOOKS_MS = 180_000

let stack: DashboardStack
let browser: TestBrowser
let login: { readonly user: string; readonly password: string }
let url: string
beforeAll(async () => {
  const charts = [
    ...loadTopic('pet_license').charts,
    { title: 'Licences by breed', x: 'primary_breed', kind: 'bar' as const },
  ]
  stack = await startDashboardStack({ rowCount: 1_500, topic: { charts }, env: { DASHBOARD_ACTIONS: 'on' } })
  login = { user: stack.user, password: stack.password }
  url = `${stack.url}/topics/pet_license`
  browser = await startBrowser({ onTestFinished })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await stack?.close()
})

const dataset = () => stack.portal.dataset(stack.topic.source.dataset)
const open = (more: Partial<Parameters<TestBrowser['openPage']>[0]> = {}) =>
  browser.openPage({ url, ...login, ...more })
const awaitCharts = (page: Page) => page.locator('table[data-title="Licences by breed"]').waitFor()
const runIdOf = (page: Page) => new URL(page.url()).pathname.slice('/runs/'.length)
const awaitState = (runId: string, state: string) =>
  eventually(`run ${runId} ${state}`, async () => {
    const run = await findRun(stack.testDatabase.database, runId)
    return run?.state === state
  })

/** What Chart.js itself draws in the chart of a title, and what the table below it says. */
const READ_CHART = `(title) => {
  const table = [...document.querySelectorAll('table[data-chart]')].find((one) => one.dataset.title === title)
  const canvas = table.closest('section').querySelector('canvas')
  const { labels, datasets } = globalThis.Chart.getChart(canvas).data
  const drawn = datasets.flatMap((set) => set.data.map((value, place) => [labels[place] + ' / ' + set.label, value]))
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent)
  const told = [...table.tBodies[0].rows].flatMap((row) => [...row.cells].slice(1).map((cell, place) =>
    [row.cells[0].textContent + ' / ' + names[place + 1], Number(cell.textContent.replaceAll(',', ''))]))
  const colours = datasets.map((set) => set.backgroundColor)
  return { drawn, told, colours, width: canvas.getBoundingClientRect().width }
}`
interface ReadChart {
  readonly drawn: [string, number][]
  readonly told: [string, number][]
  readonly colours: string[]
  readonly width: number
}
const readChart = (page: Page, title: string) =>
  page.evaluate<ReadChart>(`(${READ_CHART})(${JSON.stringify(title)})`)
const without0 = (figures: [string, number][]) => new Map(figures.filter(([, value]) => value !== 0))

describe('the page of a topic', () => {
  test('starts an import of everything once that is confirmed, which is seen to succeed', async () => {
    dataset().insertRows([
      {
        license_issue_date: '2011-02-03T00:00:00.000',
        license_number: 'S1',
        species: HOSTILE,
        primary_breed: 'Mix',
      },
    ])
    const { page } = await open()
    await page.getByRole('button', { name: 'Import everything' }).click()
    expect(page.url()).toBe(url)
    await page.getByRole('checkbox', { name: /replace the table/ }).check()
    await page.getByRole('button', { name: 'Import everything' }).click()
    await page.waitForURL('**/runs/*')
    await awaitState(runIdOf(page), 'succeeded')
    await page.reload()
    await page.locator('.state.succeeded').first().waitFor()
  })

  test('draws exactly what the portal holds, as the table tells it too', async () => {
    const { page } = await open()
    await awaitCharts(page)
    const { drawn, told } = await readChart(page, BY_YEAR)
    const counts = countBySpeciesAndYear(dataset().rows())
    expect(without0(told)).toEqual(counts)
    expect(without0(drawn)).toEqual(counts)
    expect(counts.get(`2011 / ${HOSTILE}`)).toBe(1)
    expect(await page.locator('main img').count()).toBe(0)
  })

  test('takes other colours in the dark, and the width of the window', async () => {
    const { page } = await open()
    await awaitCharts(page)
    const light = await readChart(page, BY_YEAR)
    await page.emulateMedia({ colorScheme: 'dark' })
    await eventually('other colours', async () => {
      const dark = await readChart(page, BY_YEAR)
      return new Set([...light.colours, ...dark.colours]).size === 2 * light.colours.length
    })
    await page.setViewportSize({ width: 360, height: 800 })
    await eventually('a narrow chart', async () => (await readChart(page, BY_YEAR)).width < 330)
    await page.setViewportSize({ width: 1280, height: 800 })
    await eventually('a wide chart', async () => (await readChart(page, BY_YEAR)).width > 800)
  })

  test('tells the same figures without scripts', async () => {
    const { page } = await open({ javaScript: false })
    const cells = await page.locator(`table[data-title="${BY_YEAR}"] td[data-value]`).allTextContents()
    const sum = cells.reduce((total, text) => total + Number(text.replaceAll(',', '')), 0)
    expect(sum).toBe(1_501)
    expect(await page.locator('canvas').count()).toBe(0)
  })

  test(
    'is good to look at, with and without runs, and so is the list of topics',
    async () => {
      await expectGoodLooks(browser, { name: 'topic', url, ...login, ready: awaitCharts })
      await expectGoodLooks(browser, { name: 'topics', url: `${stack.url}/topics`, ...login })
    },
    LOOKS_MS,
  )
})

describe('by the keyboard alone', () => {
  test('everything on the page is reached', async () => {
    const { page } = await open()
    await awaitCharts(page)
    expect(await expectKeyboardReachesAll(page)).toBeGreaterThan(10)
  })

  test(
    'a run is cancelled and planned anew',
    async () => {
      stack.portal.setFault(({ query }) =>
        query.has('$offset') ? { kind: 'delay', delayMs: 3_000 } : undefined,
      )
      const runId = await stack.enqueue()
      const { page } = await open({ url: `${stack.url}/runs/${runId}` })
      await page.getByRole('button', { name: `Cancel run ${runId}` }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Retry' }).waitFor()
      await awaitState(runId, 'cancelled')
      stack.portal.setFault(undefined)
      await expectGoodLooks(browser, { name: 'run-cancelled', url: `${stack.url}/runs/${runId}`, ...login })
      await page.getByRole('button', { name: 'Retry' }).focus()
      await page.keyboard.press('Enter')
      await eventually('the new run', () => runIdOf(page) !== runId)
      await awaitState(runIdOf(page), 'succeeded')
    },
    LOOKS_MS,
  )
})

test(
  'a refusal is shown with what may be allowed, and good to look at',
  async () => {
    dataset().deleteRows(() => true)
    const { page } = await open()
    await page.getByRole('button', { name: 'Import what changed' }).click()
    await page.getByRole('alert').getByText('is empty').waitFor()
    await page
      .getByRole('checkbox', { name: /although the data set is empty/ })
      .first()
      .waitFor()
    await expectGoodLooks(browser, { name: 'topic-refused', url: page.url(), ...login, ready: awaitCharts })
  },
  LOOKS_MS,
)
