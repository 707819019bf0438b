import type { Browser, Page } from 'playwright-core'
import { launchChromium } from './launch-chromium.ts'
import { LOGIN_WANTED, recordProblems } from './record-problems.ts'

/** For what a page is to show: long enough for a machine that is busy with other things. */
const WAIT_MS = 60_000

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

/** Gives the status of the answer; where no login is known to it, the browser shows nothing of a 401. */
async function visit(page: Page, url: string): Promise<number> {
  try {
    return (await page.goto(url))?.status() ?? 0
  } catch (error) {
    if (!(error instanceof Error && error.message.includes(LOGIN_WANTED))) throw error
    await page.waitForURL('chrome-error://**')
    return 401
  }
}
