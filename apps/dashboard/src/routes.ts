import { cancelOpenRun } from './actions/cancel-open-run.ts'
import { retryRun } from './actions/retry-run.ts'
import { startImport } from './actions/start-import.ts'
import { withActions } from './actions/with-actions.ts'
import type { Handler, StreamHandler } from './handler.ts'
import { showAsset } from './handlers/show-asset.ts'
import { showHealth } from './handlers/show-health.ts'
import { showMetrics } from './handlers/show-metrics.ts'
import { showPage } from './handlers/show-page.ts'
import { showPages } from './handlers/show-pages.ts'
import { showReadiness } from './handlers/show-readiness.ts'
import { showRun } from './handlers/show-run.ts'
import { showRuns } from './handlers/show-runs.ts'
import { showTopic } from './handlers/show-topic.ts'
import { showTopics } from './handlers/show-topics.ts'
import { streamRun } from './handlers/stream-run.ts'
import { streamRuns } from './handlers/stream-runs.ts'
import { withRun } from './handlers/with-run.ts'

export interface AnswerRoute {
  /** GET where it is left out, and HEAD with it. */
  readonly method?: 'POST'
  readonly path: string
  readonly handle: Handler
}

/** GET only: answers with server-sent events. */
export interface StreamRoute {
  readonly method?: never
  readonly path: string
  readonly stream: StreamHandler
}

export type Route = AnswerRoute | StreamRoute

/** Every route of ours; Bull Board has its own below `/queues`. */
export const ROUTES: readonly Route[] = [
  { path: '/', handle: showRuns },
  { path: '/events', stream: streamRuns },
  { path: '/runs/:runId', handle: withRun(showRun) },
  { method: 'POST', path: '/runs/:runId/cancel', handle: withActions(cancelOpenRun) },
  { method: 'POST', path: '/runs/:runId/retry', handle: withActions(retryRun) },
  { path: '/topics', handle: showTopics },
  { path: '/topics/:topic', handle: showTopic },
  { method: 'POST', path: '/topics/:topic/import', handle: withActions(startImport) },
  { path: '/runs/:runId/events', stream: streamRun },
  { path: '/runs/:runId/pages', handle: withRun(showPages) },
  { path: '/runs/:runId/pages/:pageNo', handle: withRun(showPage) },
  { path: '/healthz', handle: showHealth },
  { path: '/readyz', handle: showReadiness },
  { path: '/metrics', handle: showMetrics },
  { path: '/assets/:name', handle: showAsset },
]
