import type { Page } from 'playwright-core'
import { expectNoSeriousAxeFindings } from './axe-findings.ts'
import { expectNoOverflow } from './overflow.ts'
import { saveScreenshot } from './screenshot.ts'
import type { OpenPageOptions, TestBrowser, Theme } from './start-browser.ts'

const THEMES: readonly Theme[] = ['light', 'dark']
/** Pixels: the narrowest telephone that we look after, and a desktop's window. */
const WIDTHS = [360, 1280]

/** A page to be looked at. */
export interface LooksOptions extends Omit<OpenPageOptions, 'theme' | 'width'> {
  /** Of the pictures. */
  readonly name: string
  /** Waits until the page shows what it is about. */
  readonly ready?: (page: Page) => Promise<unknown>
}

/**
 * Opens a page light and dark, on a telephone and on a desktop, and keeps a picture of each.
 * @throws an error where axe finds something serious or the page scrolls sideways
 */
export async function expectGoodLooks(browser: TestBrowser, options: LooksOptions): Promise<void> {
  const { name, ready, ...open } = options
  for (const theme of THEMES)
    for (const width of WIDTHS) {
      const { page, close } = await browser.openPage({ ...open, theme, width })
      await ready?.(page)
      await saveScreenshot(page, name, theme)
      await expectNoOverflow(page)
      await expectNoSeriousAxeFindings(page)
      await close()
    }
}
