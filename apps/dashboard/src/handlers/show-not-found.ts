import { type Answer, htmlAnswer } from '../answer.ts'
import type { DashboardContext } from '../dashboard-context.ts'
import { html } from '../pages/html.ts'
import { pageLayout } from '../pages/page-layout.ts'

/** The page for an address that names nothing. */
export function showNotFound({ assets }: DashboardContext): Answer {
  const content = html`<h1>Not found</h1>
<p>There is no such page or run. <a href="/">The list of runs</a> has those that the ledger keeps.</p>`
  return htmlAnswer(404, pageLayout({ title: 'Not found', assets, content }))
}
