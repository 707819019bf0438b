import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { Theme } from './start-browser.ts'

const FOLDER = fileURLToPath(new URL('../../../../.local-stack/screenshots/', import.meta.url))

/** Keeps the whole page as a picture for people to look at: `.local-stack/screenshots/<name>-<theme>-<width>.png`. */
export async function saveScreenshot(page: Page, name: string, theme: Theme): Promise<void> {
  const width = page.viewportSize()?.width ?? 0
  await page.screenshot({
    path: `${FOLDER}${name}-${theme}-${width}.png`,
    fullPage: true,
    animations: 'disabled',
  })
}
