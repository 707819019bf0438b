import type { Page } from 'playwright-core'
import { expectNoSeriousAxeFindings } from './axe-findings.ts'
import { expectNoOverflow } from './overflow.ts'
import { saveScreenshot } from './screenshot.ts'
import type { OpenPageOptions, TestBrowser, Theme } from './start-browser.ts'

const THEMES: readonly Theme[] = ['light', 'dark']
/** Pixels: a desktop's window, and the narrowest telephone that we look after. */
const WIDTHS = [1280, 360]

/** A page to be looked at. */
export interface LooksOptions extends Omit<OpenPageOptions, 'theme' | 'width'> {
  /** Of the pictures. */
  readonly name: string
  /** Waits until the page shows what it is about, at each width. */
  readonly ready?: (page: Page) => Promise<unknown>
  /** Rules of axe that are not asked about, by their ids. */
  readonly axeExcept?: readonly string[]
}

/**
 * Opens a page light and dark, makes its window as narrow as a telephone, and keeps a picture of each.
 * @throws an error where axe finds something serious or the page scrolls sideways
 */
export async function expectGoodLooks(browser: TestBrowser, options: LooksOptions): Promise<void> {
  const { name, ready, axeExcept, ...open } = options
  for (const theme of THEMES) {
    const { page, close } = await browser.openPage({ ...open, theme })
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      await ready?.(page)
      await saveScreenshot(page, name, theme)
      await expectNoOverflow(page)
      await expectNoSeriousAxeFindings(page, axeExcept)
    }
    await close()
  }
}
