import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const GRAVE = ['serious', 'critical']

/**
 * Looks for what keeps people from using the page: contrast, names, roles, order of headings and the like.
 * @throws an error that names every serious or critical finding, and where
 */
export async function expectNoSeriousAxeFindings(page: Page): Promise<void> {
  const axe = await import('axe-core')
  // By the debugger's way in, which no policy of the page forbids, as it would a script element.
  await page.evaluate(axe.default.source)
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)')
  const grave = violations.filter(({ impact }) => GRAVE.includes(impact ?? ''))
  if (grave.length === 0) return
  const lines = grave.flatMap(({ id, impact, help, nodes }) =>
    nodes.map((node) => `${id} (${impact}): ${help}: ${node.html}\n  ${node.failureSummary ?? ''}`),
  )
  throw new Error(`axe finds on ${page.url()}:\n${lines.join('\n')}`)
}
