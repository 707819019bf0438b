import { isOpen } from '@gather/ledger'
import { htmlAnswer } from '../answer.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { runPage } from '../pages/run-page.ts'
import { readRunView } from '../reads/read-run-view.ts'
import { REFRESH_SECONDS } from './refresh.ts'
import { type RunHandler, unreachable } from './with-run.ts'

/** `/runs/:runId`: progress, map, charts, failures, receipt and import_log of a run. */
export const showRun: RunHandler = async (context, { run, health }, { query }) => {
  const view = await readRunView(context, run, health)
  if (!view.ok) return unreachable(context, run.runId, { ...health, database: view })
  const page = pageLayout({
    title: `Run ${run.runId} of ${run.topic}`,
    assets: context.assets,
    health,
    refreshSeconds: isOpen(run.state) ? REFRESH_SECONDS : 0,
    // The map listens before the first event comes.
    scripts: ['page-map.js', 'live.js'],
    content: runPage(view.value, context.actions?.refusals.find(query.get('refusal'))),
  })
  return htmlAnswer(health.redis.ok && view.value.log.ok ? 200 : 503, page)
}
