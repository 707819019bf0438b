import { ProcessMetrics } from '@gather/telemetry'

/** What a listener counts for `/metrics`, from now on. */
export function startListenerMetrics(): ProcessMetrics {
  const metrics = new ProcessMetrics()
  const runs = metrics.counter('gather_listener_runs_ended_total', 'Runs that this listener ended', [
    'topic',
    'state',
  ])
  metrics.on('run.ended', ({ topic, state }) => runs.inc({ topic, state }))
  countReconciling(metrics)
  return metrics
}

function countReconciling(metrics: ProcessMetrics): void {
  const rounds = metrics.counter(
    'gather_listener_reconcile_rounds_total',
    'Comparisons of ledger and queue by outcome',
    ['outcome'],
  )
  metrics.on('reconcile.ended', ({ outcome }) => rounds.inc({ outcome }))
  const mended = metrics.counter('gather_listener_mended_total', 'What comparisons put right', ['what'])
  metrics.on('reconcile.mended', ({ what, count }) => mended.inc({ what }, count))
  const postponed = metrics.counter(
    'gather_listener_postponed_total',
    'Runs that a comparison left for the next one, by kind of fault',
    ['kind'],
  )
  metrics.on('reconcile.postponed', ({ kind }) => postponed.inc({ kind }))
}
