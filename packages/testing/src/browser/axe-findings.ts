import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const GRAVE = ['serious', 'critical']

/**
 * Looks for what keeps people from using the page: contrast, names, roles, order of headings and the like.
 * @param except - rules that are not asked about, by their ids
 * @throws an error that names every serious or critical finding, and where
 */
export async function expectNoSeriousAxeFindings(page: Page, except: readonly string[] = []): Promise<void> {
  const axe = await import('axe-core')
  // By the debugger's way in, which no policy of the page forbids, as it would a script element.
  await page.evaluate(axe.default.source)
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)')
  const grave = violations.filter(({ id, impact }) => GRAVE.includes(impact ?? '') && !except.includes(id))
  if (grave.length === 0) return
  const lines = grave.flatMap(({ id, impact, help, nodes }) =>
    nodes.map((node) => `${id} (${impact}): ${help}: ${node.html}\n  ${node.failureSummary ?? ''}`),
  )
  throw new Error(`axe finds on ${page.url()}:\n${lines.join('\n')}`)
}
