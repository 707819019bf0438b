import { RUN_STATES } from '@gather/ledger'
import { Gauge, Registry } from 'prom-client'
import type { LedgerMeasures, Measures, QueueMeasures } from './read-measures.ts'

const PAGE_STATES = ['open', 'claimed', 'done', 'failed'] as const

/** Prometheus text of `measures`. Labels are states, queues and topics: few values, however many runs there were. */
export async function renderMetrics({ version, ledger, queues }: Measures) {
  const registry = new Registry()
  const define = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  define('gather_build_info', 'Version of the dashboard, always 1', ['version']).set({ version }, 1)
  const up = define('gather_up', '1 where the service answered, else 0', ['service'])
  up.set({ service: 'database' }, ledger.ok ? 1 : 0)
  up.set({ service: 'redis' }, queues.ok ? 1 : 0)
  if (ledger.ok) addLedger(define, ledger.value)
  if (queues.ok) addQueues(define, queues.value)
  return { contentType: registry.contentType, text: await registry.metrics() }
}

type Define = (name: string, help: string, labelNames?: readonly string[]) => Gauge

function addLedger(define: Define, { runs, openRuns }: LedgerMeasures): void {
  const byState = define('gather_runs', 'Runs in the ledger by state', ['state'])
  for (const state of RUN_STATES) byState.set({ state }, runs.get(state) ?? 0)
  const pages = define('gather_open_run_pages', 'Pages of open runs by state', ['topic', 'state'])
  const rows = define('gather_open_run_rows', 'Rows of open runs that are loaded', ['topic'])
  const planned = define('gather_open_run_planned_rows', 'Rows that open runs have to load', ['topic'])
  const age = define('gather_open_run_age_seconds', 'Time since open runs were planned', ['topic'])
  for (const { run, counts } of openRuns) {
    const { topic } = run
    for (const state of PAGE_STATES) pages.inc({ topic, state }, counts[state])
    rows.inc({ topic }, counts.rowCount)
    planned.inc({ topic }, run.plannedRows)
    age.inc({ topic }, run.ageMs / 1000)
  }
}

function addQueues(define: Define, { workerCount, jobs }: QueueMeasures): void {
  define('gather_workers_connected', 'Workers connected to the page queue').set(workerCount)
  const byState = define('gather_queue_jobs', 'Jobs by queue and state, as BullMQ counts them', [
    'queue',
    'state',
  ])
  for (const [queue, counts] of Object.entries(jobs))
    for (const [state, count] of Object.entries(counts)) byState.set({ queue, state }, count)
}
