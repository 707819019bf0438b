import { fileURLToPath } from 'node:url'
import { listPages } from '@gather/ledger'
import type { FaultAction } from '@gather/sample-portal'
import {
  type AppProcess,
  eventually,
  type NemesisStack,
  startApp,
  startNemesisStack,
  type Trial,
} from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { beginHere } from '../../src/sweeps/begin-here.ts'

const PAGES = 8
const HOUR_MS = 3_600_000
const workers: AppProcess[] = []
let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: PAGES * 10,
    topic: { page_rows: 10 },
    env: { JOB_LOCK_MS: '1000' },
  })
})
afterAll(() => stack.close())
afterEach(async () => {
  stack.portal.setFault(undefined)
  for (const worker of workers) worker.kill('SIGKILL')
  await Promise.all(workers.splice(0).map((worker) => worker.exited))
})

const preload = (file: string) => ({
  NODE_OPTIONS: `--import ${fileURLToPath(new URL(file, import.meta.url))}`,
})
const wrongClock = (shiftMs: number) => ({ ...preload('./shift-clock.ts'), CLOCK_SHIFT_MS: String(shiftMs) })
const start = async (app: 'worker' | 'listener', env: Readonly<Record<string, string>> = {}) => {
  const process = startApp(app, { ...stack.env, ...env })
  workers.push(process)
  await process.waitFor(/\.ready/)
  return process
}
const answerPagesBy = (action: FaultAction) =>
  stack.portal.setFault((request) => (request.query.has('$order') ? action : undefined))
const expectExact = async (trial: Trial) => {
  expect((await trial.ended()).reason).toBeNull()
  expect(await trial.check()).toEqual([])
}
const readPages = (trial: Trial) => listPages(stack.services.database, trial.runId, 1)
const logsOf = async (id: string | undefined) =>
  (await stack.services.queue.pages.getJobLogs(id ?? '')).logs.join('\n')

describe('a job of another version in the queue', () => {
  /** Begins a run whose jobs are as a planner of that version would have written them. */
  const beginWithJobs = async (version: number) => {
    const { pages } = stack.services.queue
    await pages.pause()
    const trial = await beginHere(stack, { withReader: true })
    const jobs = await pages.getWaiting()
    expect(jobs).toHaveLength(PAGES)
    for (const job of jobs) await job.updateData({ ...job.data, v: version })
    await pages.resume()
    return { trial, jobs }
  }

  it('44: an older one fails, and its page is enqueued anew in the version of now', async () => {
    const { trial, jobs } = await beginWithJobs(0)
    await Promise.all([start('worker'), start('listener')])
    await expectExact(trial)
    const failed = await stack.services.queue.pages.getFailed()
    expect(failed.map((job) => job.id).sort()).toEqual(jobs.map((job) => job.id).sort())
    for (const job of failed) expect(job.failedReason).toMatch(/^JOB_OUTDATED: /)
    expect((await readPages(trial)).map(({ enqueueNo, crashCount }) => [enqueueNo, crashCount])).toEqual(
      jobs.map(() => [2, 0]),
    )
  })

  it('44: a newer one is put back until a worker comes that knows it', async () => {
    const { trial, jobs } = await beginWithJobs(2)
    const [older] = await Promise.all([start('worker'), start('listener')])
    await eventually('all jobs put back', async () => {
      const logs = await Promise.all(jobs.map((job) => logsOf(job.id)))
      return logs.every((log) => log.includes('JOB_VERSION'))
    })
    expect((await readPages(trial)).map(({ state, enqueueNo }) => [state, enqueueNo])).toEqual(
      jobs.map(() => ['open', 1]),
    )
    await start('worker', preload('./next-version.ts'))
    older.kill('SIGTERM')
    expect(await older.exited).toBe(0)
    await expectExact(trial)
  })
})

it('43: clocks hours apart: workers keep their pages, and one put back by a dead one waits for no wrong hour', async () => {
  const [ahead, behind] = await Promise.all([
    start('worker', wrongClock(HOUR_MS)),
    start('worker', wrongClock(-HOUR_MS)),
    start('listener', wrongClock(-HOUR_MS)),
  ])
  answerPagesBy({ kind: 'delay', delayMs: 1_300 })
  const slow = await beginHere(stack, { withReader: true })
  await expectExact(slow)
  for (const page of await readPages(slow)) {
    expect(page).toMatchObject({ crashCount: 0, attemptCount: 0 })
    expect(page.fetchMs).toBeGreaterThanOrEqual(0)
    expect(page.loadMs).toBeGreaterThanOrEqual(0)
  }
  behind.kill('SIGSTOP')
  answerPagesBy({ kind: 'status', status: 503 })
  const trial = await beginHere(stack, { withReader: true })
  await eventually('all pages put back', async () =>
    (await readPages(trial)).every((page) => page.attemptCount > 0),
  )
  ahead.kill('SIGKILL')
  await ahead.exited
  stack.portal.setFault(undefined)
  behind.kill('SIGCONT')
  await expectExact(trial)
})
