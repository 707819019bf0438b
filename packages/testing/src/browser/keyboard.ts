import type { Page } from 'playwright-core'

/** Marks everything that can be used and is shown, and tells how each begins. */
const MARK_CONTROLS = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter((element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility())
  .filter((element) => element.type !== 'radio' || element.checked)
  .map((element, index) => {
    element.dataset.control = String(index)
    return element.outerHTML.slice(0, 120)
  })`

/** Which of them has the focus, and whether that is to be seen. */
const READ_FOCUS = `(() => {
  const { dataset } = document.activeElement
  const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement)
  return { index: dataset.control, isSeen: outlineStyle !== 'none' || boxShadow !== 'none' }
})()`

interface Focus {
  readonly index: string | undefined
  readonly isSeen: boolean
}

/**
 * Walks through the page by the tabulator key.
 * @returns how many links and controls it has
 * @throws an error that names what the key does not reach, or where one does not see that it did
 */
export async function expectKeyboardReachesAll(page: Page): Promise<number> {
  const controls = await page.evaluate<string[]>(MARK_CONTROLS)
  const reached = new Map<string, boolean>()
  for (let count = 0; count <= controls.length; count += 1) {
    await page.keyboard.press('Tab')
    const { index, isSeen } = await page.evaluate<Focus>(READ_FOCUS)
    if (index !== undefined) reached.set(index, isSeen)
  }
  const missed = controls.filter((_control, index) => !reached.get(String(index)))
  if (missed.length > 0)
    throw new Error(`by the keyboard, ${page.url()} does not visibly reach:\n${missed.join('\n')}`)
  return controls.length
}
