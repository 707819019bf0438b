import { ProcessMetrics } from '@gather/telemetry'

/** What a worker counts for `/metrics`, from now on. */
export function startWorkerMetrics(slotCount: number): ProcessMetrics {
  const metrics = new ProcessMetrics()
  metrics.gauge('gather_worker_slots', 'Pages that this worker may load at a time').set(slotCount)
  countPages(metrics)
  watchPagesInWork(metrics)
  return metrics
}

function countPages(metrics: ProcessMetrics): void {
  const rows = metrics.counter('gather_worker_rows_total', 'Rows stored', ['topic'])
  const pages = metrics.counter('gather_worker_pages_total', 'Claims of pages by what became of them', [
    'topic',
    'outcome',
  ])
  const released = metrics.counter(
    'gather_worker_pages_released_total',
    'Claims of pages that stored nothing and will be tried again, by kind of fault',
    ['topic', 'kind'],
  )
  metrics.on('page.ended', ({ topic, outcome, kind = 'none', rowCount }) => {
    rows.inc({ topic }, rowCount)
    pages.inc({ topic, outcome })
    if (outcome === 'released') released.inc({ topic, kind })
  })
  const idle = metrics.counter('gather_worker_pages_idle_total', 'Page jobs that had nothing to do')
  metrics.on('page.idle', () => idle.inc())
}

function watchPagesInWork(metrics: ProcessMetrics): void {
  const inWork = metrics.gauge('gather_worker_pages_in_work', 'Pages that this worker is loading')
  metrics.watch({
    began(phase) {
      if (phase === 'page') inWork.inc()
    },
    ended(phase) {
      if (phase === 'page') inWork.dec()
    },
  })
}
