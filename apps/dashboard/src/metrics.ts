import { type LastSuccess, RUN_STATES } from '@gather/ledger'
import { versionTimeMs } from '@gather/source'
import { Gauge, Registry } from 'prom-client'
import type { LedgerMeasures, Measures, QueueMeasures } from './read-measures.ts'

const PAGE_STATES = ['open', 'claimed', 'done', 'failed'] as const

/**
 * Prometheus text of `measures`. Labels are states, queues and topics: few values, however many runs there were.
 * @param nowMs - milliseconds since 1970
 */
export async function renderMetrics({ version, ledger, queues }: Measures, nowMs: number) {
  const registry = new Registry()
  const define = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  define('gather_build_info', 'Version of the dashboard, always 1', ['version']).set({ version }, 1)
  const up = define('gather_up', '1 where the service answered, else 0', ['service'])
  up.set({ service: 'database' }, ledger.ok ? 1 : 0)
  up.set({ service: 'redis' }, queues.ok ? 1 : 0)
  if (ledger.ok) addLedger(define, ledger.value, nowMs)
  if (queues.ok) addQueues(define, queues.value)
  return { contentType: registry.contentType, text: await registry.metrics() }
}

type Define = (name: string, help: string, labelNames?: readonly string[]) => Gauge

function addLedger(define: Define, { runs, openRuns, successes }: LedgerMeasures, nowMs: number): void {
  const byState = define('gather_runs', 'Runs in the ledger by state', ['state'])
  for (const state of RUN_STATES) byState.set({ state }, runs.get(state) ?? 0)
  addOpenRuns(define, openRuns)
  addSuccesses(define, successes, nowMs)
}

function addOpenRuns(define: Define, openRuns: LedgerMeasures['openRuns']): void {
  const pages = define('gather_open_run_pages', 'Pages of open runs by state', ['topic', 'state'])
  const rows = define('gather_open_run_rows', 'Rows of open runs that are loaded', ['topic'])
  const planned = define('gather_open_run_planned_rows', 'Rows that open runs have to load', ['topic'])
  const age = define('gather_open_run_age_seconds', "Time since a topic's oldest open run was planned", [
    'topic',
  ])
  const ages = new Map<string, number>()
  for (const { run, counts } of openRuns) {
    const { topic } = run
    for (const state of PAGE_STATES) pages.inc({ topic, state }, counts[state])
    rows.inc({ topic }, counts.rowCount)
    planned.inc({ topic }, run.plannedRows)
    ages.set(topic, Math.max(run.ageMs / 1000, ages.get(topic) ?? 0))
  }
  for (const [topic, seconds] of ages) age.set({ topic }, seconds)
  const oldest = define('gather_oldest_open_run_age_seconds', 'Age of the oldest open run, 0 without one')
  oldest.set(Math.max(0, ...ages.values()))
}

function addSuccesses(define: Define, successes: readonly LastSuccess[], nowMs: number): void {
  const age = define('gather_topic_success_age_seconds', 'Time since a run of the topic last succeeded', [
    'topic',
  ])
  const version = define(
    'gather_topic_source_age_seconds',
    'Time since the source changed to the version that the last success stored',
    ['topic'],
  )
  const rows = define('gather_topic_rows', 'Rows of the target after the last success', ['topic'])
  for (const { topic, ageMs, rowCount, sourceVersion } of successes) {
    age.set({ topic }, ageMs / 1000)
    if (rowCount !== null) rows.set({ topic }, rowCount)
    const timeMs = versionTimeMs(sourceVersion)
    if (timeMs !== undefined) version.set({ topic }, (nowMs - timeMs) / 1000)
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
