import {
  type AppProcess,
  eventually,
  runPlanner,
  startApp,
  startTestStack,
  stopApps,
  type TestStack,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const PAGES = 5
let stack: TestStack
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  stack = await startTestStack({ rowCount: 500 * PAGES })
  env = { ...stack.env, HEALTH_PORT: '0' }
})
afterEach(async () => {
  stack.portal.setFault(undefined)
  await stopApps()
})
afterAll(() => stack?.close())

async function start(app: 'worker' | 'listener', more: Readonly<Record<string, string>> = {}) {
  const process = startApp(app, { ...env, ...more })
  await process.waitFor(/\.ready/)
  return process
}

/** What a process counts, by name with labels; what it has not counted yet is absent. */
async function readMetrics(app: AppProcess): Promise<ReadonlyMap<string, number>> {
  const url = /"url":"(http:[^"]+)","msg":"health\.listening"/.exec(app.output())?.[1]
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n')
  return new Map(
    lines.flatMap((line): [string, number][] => {
      const [, name, value] = /^(gather_\S+) (\S+)$/.exec(line) ?? []
      return name === undefined ? [] : [[name, Number(value)]]
    }),
  )
}

/** Those whose name begins so, as an object. */
const withPrefix = (metrics: ReadonlyMap<string, number>, prefix: string) =>
  Object.fromEntries([...metrics].filter(([name]) => name.startsWith(prefix)))

type Line = Readonly<Record<string, unknown>>
const linesOf = (app: AppProcess): Line[] =>
  app
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

const enqueue = async (...args: string[]) => {
  const { stdout, stderr, code } = await runPlanner(['enqueue', 'pet_license', '--json', ...args], env)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

describe('an import with a page that fails once', () => {
  let runId = ''
  let worker: AppProcess
  let listener: AppProcess
  let counted: ReadonlyMap<string, number>
  let settled: ReadonlyMap<string, number>
  let lines: readonly Line[] = []
  beforeAll(async () => {
    let isStruck = false
    stack.portal.setFault(({ query }) => {
      if (isStruck || query.get('$offset') !== '1000') return undefined
      isStruck = true
      return { kind: 'status', status: 500 }
    })
    worker = await start('worker', { WORKER_CONCURRENCY: '3' })
    listener = await start('listener')
    runId = (await enqueue('--initialize', '--wait')).runId
    await eventually(
      'an idle worker',
      async () => (await readMetrics(worker)).get('gather_worker_pages_in_work') === 0,
    )
    counted = await readMetrics(worker)
    await eventually('a counted run', async () => (await readMetrics(listener)).has(ENDED))
    settled = await readMetrics(listener)
    lines = [...linesOf(worker), ...linesOf(listener)]
  })
  const ENDED = 'gather_listener_runs_ended_total{topic="pet_license",state="succeeded"}'

  it('counts every row and every page once', () => {
    expect(withPrefix(counted, 'gather_worker_')).toEqual({
      gather_worker_slots: 3,
      'gather_worker_rows_total{topic="pet_license"}': 500 * PAGES,
      'gather_worker_pages_total{topic="pet_license",outcome="done"}': PAGES,
      'gather_worker_pages_total{topic="pet_license",outcome="released"}': 1,
      'gather_worker_pages_released_total{topic="pet_license",kind="transient"}': 1,
      gather_worker_pages_idle_total: 0,
      gather_worker_pages_in_work: 0,
    })
  })

  it('counts requests, bytes, phases and the job that was put back', () => {
    expect(counted.get('gather_source_requests_total')).toBe(PAGES + 1)
    expect(counted.get('gather_source_received_bytes_total')).toBeGreaterThan(10_000)
    expect(withPrefix(counted, 'gather_jobs_')).toEqual({
      'gather_jobs_rejected_total{queue="pages",kind="transient"}': 1,
    })
    const count = (phase: string) => counted.get(`gather_phase_duration_seconds_count{phase="${phase}"}`)
    expect([count('page'), count('page.claim'), count('page.store'), count('store.load')]).toEqual([
      PAGES + 1,
      PAGES + 1,
      PAGES,
      PAGES,
    ])
  })

  it('counts the run that ended, its settling and the comparisons', () => {
    expect(withPrefix(settled, 'gather_listener_runs')).toEqual({ [ENDED]: 1 })
    expect(settled.get('gather_phase_duration_seconds_count{phase="settle.publish"}')).toBe(1)
    expect(settled.get('gather_listener_reconcile_rounds_total{outcome="done"}')).toBeGreaterThan(0)
    expect(settled.has('gather_listener_postponed_total{kind="terminal"}')).toBe(false)
  })

  it('writes of every page and run which one it is, alike', () => {
    const run = { runId, topic: 'pet_license', generation: 1 }
    const told = (msg: string) => lines.filter((line) => line.msg === msg)
    expect(told('page.released')).toEqual([
      expect.objectContaining({ ...run, pageNo: 2, attempt: 1, outcome: 'released' }),
    ])
    expect(told('run.succeeded')).toEqual([expect.objectContaining({ ...run, rows: 500 * PAGES })])
    expect(told('job.put_back')).toEqual([expect.objectContaining({ runId, generation: 1, pageNo: 2 })])
    for (const line of lines) {
      if (/^(?:run|page|pages|import_log)\./.test(String(line.msg))) expect(line).toMatchObject(run)
      expect(Object.keys(line)).not.toEqual(expect.arrayContaining(['run']))
      expect(Object.keys(line)).not.toEqual(expect.arrayContaining(['page']))
    }
  })

  it('tells no secret and no id where it counts', async () => {
    const text = JSON.stringify([[...counted], [...settled]])
    expect(text).not.toContain(runId)
    for (const name of ['MYSQL_URL', 'REDIS_URL']) {
      const { password } = new URL(env[name] ?? '')
      expect(text).not.toContain(password)
    }
  })
})

it('a page that fails for good, and its run, are counted as failed', async () => {
  stack.portal.setFault(({ query }) => (query.has('$order') ? { kind: 'status', status: 400 } : undefined))
  const [worker, listener] = [await start('worker', { WORKER_CONCURRENCY: '1' }), await start('listener')]
  const { runId } = await enqueue('--initialize')
  await listener.waitFor(/"msg":"run\.failed"/)
  const counted = await readMetrics(worker)
  expect(counted.get('gather_worker_pages_total{topic="pet_license",outcome="failed"}')).toBeGreaterThan(0)
  expect(counted.has('gather_worker_rows_total{topic="pet_license"}')).toBe(true)
  expect(counted.get('gather_worker_rows_total{topic="pet_license"}')).toBe(0)
  expect(withPrefix(await readMetrics(listener), 'gather_listener_runs')).toEqual({
    'gather_listener_runs_ended_total{topic="pet_license",state="failed"}': 1,
  })
  const failed = linesOf(listener).find((line) => line.msg === 'run.failed')
  expect(failed).toMatchObject({ runId, topic: 'pet_license', generation: 1 })
})

it('pages whose jobs were lost are counted when they are enqueued anew', async () => {
  await enqueue('--initialize')
  await stack.services.queue.pages.obliterate({ force: true })
  const listener = await start('listener')
  const name = 'gather_listener_mended_total{what="pages_enqueued"}'
  await eventually('the lost pages', async () => (await readMetrics(listener)).get(name) === PAGES)
  expect(linesOf(listener).find((line) => line.msg === 'pages.enqueued_anew')).toMatchObject({
    topic: 'pet_license',
    generation: 1,
    pages: PAGES,
  })
})

it('without a port nothing listens and nothing is counted', async () => {
  const worker = startApp('worker', stack.env)
  await worker.waitFor(/\.ready/)
  expect(worker.output()).not.toContain('health.listening')
})
