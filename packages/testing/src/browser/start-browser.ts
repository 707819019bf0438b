import type { Browser, Page } from 'playwright-core'
import { launchChromium } from './launch-chromium.ts'
import { LOGIN_WANTED, NETWORK_CHANGED, recordProblems } from './record-problems.ts'

/** For what a page is to show: long enough for a machine that is busy with other things. */
const WAIT_MS = 60_000
const TRIES_MAX = 5

/** Light or dark, as the person's system asks for it. */
export type Theme = 'light' | 'dark'

/** How a page is opened. */
export interface OpenPageOptions {
  readonly url: string
  /** Sent when the server asks; with {@link OpenPageOptions.password}. */
  readonly user?: string
  readonly password?: string
  /** @defaultValue `light` */
  readonly theme?: Theme
  /** Pixels. @defaultValue 1280 */
  readonly width?: number
  /** @defaultValue true */
  readonly javaScript?: boolean
  /** Problems that this page may have, such as `/^answer 404/`. */
  readonly allowed?: readonly RegExp[]
}

/** A page in a browser context of its own. */
export interface OpenedPage {
  readonly page: Page
  /** Of the answer that it came with. */
  readonly status: number
  /** What it did that it must not, so far. */
  problems(): string[]
  /**
   * Closes it; may be called twice. Happens by itself at the end of the test.
   * @throws an error that names its problems
   */
  close(): Promise<void>
}

/** One Chromium of a test file. */
export interface TestBrowser {
  /** Opens a page for the test that runs, which fails if the page has problems. */
  openPage(options: OpenPageOptions): Promise<OpenedPage>
  /** May be called twice. */
  close(): Promise<void>
}

/** What the test runner gives. */
export interface TestBrowserHooks {
  /** Registers what is done at the end of the test that runs, and fails the test when it rejects. */
  onTestFinished(finish: () => Promise<void>): void
}

/** Starts a Chromium: in `beforeAll`, and closed in `afterAll`. */
export async function startBrowser({ onTestFinished }: TestBrowserHooks): Promise<TestBrowser> {
  const browser = await launchChromium()
  return {
    async openPage(options) {
      const opened = await openPage(browser, options)
      onTestFinished(opened.close)
      return opened
    },
    close: () => browser.close(),
  }
}

async function openPage(browser: Browser, options: OpenPageOptions): Promise<OpenedPage> {
  const { url, user, password = '', theme = 'light', width = 1280, allowed = [] } = options
  const { origin } = new URL(url)
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height: 800 },
    javaScriptEnabled: options.javaScript ?? true,
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...(user !== undefined && { httpCredentials: { username: user, password, origin } }),
  })
  context.setDefaultTimeout(WAIT_MS)
  const recorded = await recordProblems(context, origin)
  const problems = () => recorded.filter((problem) => !allowed.some((pattern) => pattern.test(problem)))
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await context.close()
    if (problems().length > 0) throw new Error(`${url} has problems:\n${problems().join('\n')}`)
  }
  try {
    const page = await context.newPage()
    return { page, status: await visit(page, url), problems, close }
  } catch (error) {
    await context.close()
    throw error
  }
}

/**
 * Gives the status of the answer; where no login is known to it, the browser shows nothing of a 401. A page that lost a
 * part because the machine's network changed meanwhile is opened again.
 */
async function visit(page: Page, url: string): Promise<number> {
  let isWhole = true
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === NETWORK_CHANGED) isWhole = false
  })
  for (let tryCount = 1; ; tryCount += 1) {
    isWhole = true
    const status = await page.goto(url).then((response) => response?.status() ?? 0, explain)
    if (status === 401) await page.waitForURL(/^(http|chrome-error)/)
    if (isWhole || tryCount === TRIES_MAX) return status
  }
}

function explain(error: unknown): number {
  const text = String(error)
  if (text.includes(LOGIN_WANTED)) return 401
  if (text.includes(NETWORK_CHANGED)) return 0
  throw error
}
