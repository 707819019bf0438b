import { findRun, type RunRecord } from '@gather/ledger'
import type { ServiceHealth } from '@gather/runs'
import { type Answer, htmlAnswer } from '../answer.ts'
import type { DashboardContext, DashboardRequest } from '../dashboard-context.ts'
import type { Handler } from '../handler.ts'
import { type Html, html } from '../pages/html.ts'
import { pageLayout } from '../pages/page-layout.ts'
import { showNotFound } from './show-not-found.ts'

export interface FoundRun {
  readonly run: RunRecord
  readonly health: ServiceHealth
}

export type RunHandler = (
  context: DashboardContext,
  found: FoundRun,
  request: DashboardRequest,
) => Promise<Answer>

export const RUN_ID = /^[\w-]{1,20}$/

/** Gives a handler the run that the path names; answers 404 where there is none, 503 where the database is away. */
export function withRun(handle: RunHandler): Handler {
  return async (context, request) => {
    const runId = request.params.runId ?? ''
    if (!RUN_ID.test(runId)) return showNotFound(context)
    const health = await context.readHealth()
    if (!health.database.ok) return unreachable(context, runId, health)
    const run = await context.read('the database', findRun(context.services.database, runId))
    if (!run.ok) return unreachable(context, runId, { ...health, database: run })
    if (run.value === undefined) return showNotFound(context)
    return handle(context, { run: run.value, health }, request)
  }
}

/** The page of a run that can't be read now; the layout says why. */
export function unreachable({ assets }: DashboardContext, runId: string, health: ServiceHealth): Answer {
  const content: Html = html`<h1>Run <span class="id">${runId}</span></h1>`
  return htmlAnswer(503, pageLayout({ title: `Run ${runId}`, assets, health, content }))
}
