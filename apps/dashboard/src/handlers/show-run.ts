import { isOpen, listFailedPages, type RunRecord, readLogEntries } from '@gather/ledger'
import { readReceipt } from '@gather/runs'
import { htmlAnswer } from '../answer.ts'
import type { DashboardContext } from '../dashboard-context.ts'
import { refusalNotice, runForms } from '../pages/action-forms.ts'
import { type Html, html } from '../pages/html.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { FAILED_PAGES_MAX, runPage } from '../pages/run-page.ts'
import { progressOf } from '../pages/run-progress.ts'
import { NO_PAGES, readPageCounts } from '../read-page-counts.ts'
import { REFRESH_SECONDS } from './refresh.ts'
import { type RunHandler, unreachable } from './with-run.ts'

/** `/runs/:runId`: receipt, pages, failures and import_log of a run. */
export const showRun: RunHandler = async (context, { run, health }, { query }) => {
  const [figures, log] = await Promise.all([
    context.read('the database', readFigures(context, run)),
    context.read('the import_log', readLogEntries(context.services.importLog, run.runId)),
  ])
  if (!figures.ok) return unreachable(context, run.runId, { ...health, database: figures })
  const progress = progressOf(run, figures.value.counts)
  const page = pageLayout({
    title: `Run ${run.runId} of ${run.topic}`,
    assets: context.assets,
    health,
    refreshSeconds: isOpen(run.state) ? REFRESH_SECONDS : 0,
    content: runPage({ run, progress, log, ...figures.value, actions: actionsOf(context, run, query) }),
  })
  return htmlAnswer(health.redis.ok && log.ok ? 200 : 503, page)
}

/** What was refused just now, and what may be done with the run; nothing where nothing may be changed. */
function actionsOf({ actions }: DashboardContext, run: RunRecord, query: URLSearchParams): Html | undefined {
  if (actions === undefined) return undefined
  const refusal = actions.refusals.find(query.get('refusal'))
  return html`${refusal && refusalNotice(refusal)}${runForms(run, refusal?.code)}`
}

async function readFigures({ services }: DashboardContext, run: RunRecord) {
  const { database } = services
  const [counts, receipt, failedPages] = await Promise.all([
    readPageCounts(database, [run.runId]),
    readReceipt(services, run),
    listFailedPages(database, run.runId, run.generation, FAILED_PAGES_MAX),
  ])
  return { counts: counts.get(run.runId) ?? NO_PAGES, receipt, failedPages }
}
