import type { Page } from 'playwright-core'

/** Elements that reach beyond the window, without those that an ancestor scrolls or cuts off. */
const FIND_WIDE = `(() => {
  const width = document.documentElement.clientWidth
  if (document.scrollingElement.scrollWidth <= width) return []
  const isHeld = (element) => {
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement)
      if (getComputedStyle(each).overflowX !== 'visible') return true
    return false
  }
  const wide = [...document.body.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > width + 0.5 && !isHeld(element))
    .map((element) => element.cloneNode(false).outerHTML + ' ' + element.getBoundingClientRect().right + ' px')
  return ['the page is ' + document.scrollingElement.scrollWidth + ' px wide in a window of ' + width, ...wide]
})()`

/**
 * A page never scrolls sideways; what is wide in it does so by itself.
 * @throws an error that names what reaches beyond the window
 */
export async function expectNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate<string[]>(FIND_WIDE)
  if (wide.length > 0) throw new Error(`${page.url()}: ${wide.join('\n')}`)
}
