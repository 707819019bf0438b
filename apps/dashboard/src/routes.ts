import type { Handler } from './handler.ts'
import { showAsset } from './handlers/show-asset.ts'
import { showHealth } from './handlers/show-health.ts'
import { showMetrics } from './handlers/show-metrics.ts'
import { showReadiness } from './handlers/show-readiness.ts'
import { showRun } from './handlers/show-run.ts'
import { showRuns } from './handlers/show-runs.ts'
import { withRun } from './handlers/with-run.ts'

export interface Route {
  /** GET where it is left out, and HEAD with it. */
  readonly method?: 'POST'
  readonly path: string
  readonly handle: Handler
}

/** Every route of ours; Bull Board has its own below `/queues`. */
export const ROUTES: readonly Route[] = [
  { path: '/', handle: showRuns },
  { path: '/runs/:runId', handle: withRun(showRun) },
  { path: '/healthz', handle: showHealth },
  { path: '/readyz', handle: showReadiness },
  { path: '/metrics', handle: showMetrics },
  { path: '/assets/:name', handle: showAsset },
]
