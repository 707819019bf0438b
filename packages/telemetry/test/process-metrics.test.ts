import { phase, tell } from '@gather/platform'
import { afterEach, expect, test } from 'vitest'
import { ProcessMetrics } from '../src/index.ts'

let metrics = new ProcessMetrics()
afterEach(() => {
  metrics.close()
  metrics = new ProcessMetrics()
})

const read = async () => (await metrics.render()).split('\n')

test('a process tells of itself, of its requests and of jobs that were not done', async () => {
  tell('source.requested', {})
  tell('source.requested', {})
  tell('source.answered', { byteCount: 1_500 })
  tell('job.rejected', { queue: 'pages', kind: 'transient' })
  const lines = await read()
  expect(metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(lines).toContain('gather_source_requests_total 2')
  expect(lines).toContain('gather_source_received_bytes_total 1500')
  expect(lines).toContain('gather_jobs_rejected_total{queue="pages",kind="transient"} 1')
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ])
    expect(
      lines.some((line) => line.startsWith(`${name} `)),
      name,
    ).toBe(true)
})

test('phases are counted by name with their durations', async () => {
  for (let index = 0; index < 3; index += 1) await phase('page.claim', async () => {})
  const lines = await read()
  expect(lines).toContain('gather_phase_duration_seconds_count{phase="page.claim"} 3')
  expect(lines).toContain('gather_phase_duration_seconds_bucket{le="5",phase="page.claim"} 3')
})

test('two processes in one do not disturb each other, and a closed one counts no more', async () => {
  const other = new ProcessMetrics()
  const pages = other.counter('gather_worker_pages_idle_total', 'Idle')
  other.on('page.idle', () => pages.inc())
  other.gauge('gather_worker_slots', 'Slots').set(4)
  tell('page.idle', {})
  expect(await other.render()).toContain('gather_worker_pages_idle_total 1\n')
  expect(await metrics.render()).not.toContain('gather_worker')
  other.close()
  other.close()
  tell('page.idle', {})
  expect(await other.render()).not.toContain('gather_worker')
})
