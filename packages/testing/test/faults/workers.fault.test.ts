import { listPages } from '@gather/ledger'
import { type FaultPoint, LIMITS } from '@gather/platform'
import type { FaultRequest } from '@gather/sample-portal'
import { type AppProcess, eventually, type NemesisStack, startApp, startNemesisStack } from '@gather/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { beginHere } from '../../src/sweeps/begin-here.ts'

const PAGES = 16
const PAGE_ROWS = 25
/** Processes of one test, besides the listener of all. */
const workers = new Set<AppProcess>()
let stack: NemesisStack
beforeAll(async () => {
  stack = await startNemesisStack({
    rowCount: PAGES * PAGE_ROWS,
    topic: { page_rows: PAGE_ROWS },
    env: { JOB_LOCK_MS: '1000', SHUTDOWN_GRACE_MS: '3000' },
  })
  await stack.start('listener')
})
afterAll(() => stack.close())
afterEach(async () => {
  stack.portal.setFault(undefined)
  for (const worker of workers) worker.kill('SIGKILL')
  await Promise.all([...workers].map((worker) => worker.exited))
  workers.clear()
})

const keep = (worker: AppProcess) => {
  workers.add(worker)
  return worker
}
const startWorker = async (env: Readonly<Record<string, string>> = {}) => {
  const worker = keep(startApp('worker', { ...stack.env, WORKER_CONCURRENCY: '1', ...env }))
  await worker.waitFor(/worker\.ready/)
  return worker
}
const pageNoOf = ({ query }: FaultRequest) =>
  query.has('$order') ? Number(query.get('$offset')) / PAGE_ROWS : undefined
const readPage = async (runId: string, pageNo: number) =>
  (await listPages(stack.services.database, runId, 1))[pageNo]

describe('a worker that is killed', () => {
  let survivor: AppProcess
  beforeAll(async () => {
    survivor = await stack.start('worker')
  })
  afterAll(async () => {
    survivor.kill('SIGKILL')
    await survivor.exited
  })

  // A page that is done already must come back while the run goes on, so the last page takes longer than two locks then.
  it.each<readonly [number, FaultPoint, number, number]>([
    [1, 'after_claim', 1, 40],
    [1, 'after_fetch', 2, 40],
    [2, 'mid_load', 2, 40],
    [2, 'after_load', 2, 40],
    [2, 'before_commit', 3, 40],
    [3, 'after_commit_before_ack', 3, 2_500],
  ])('%i: is survived: kill at %s, pass %i', async (_, point, passNo, lastPageMs) => {
    stack.portal.setFault((request) => {
      const pageNo = pageNoOf(request)
      if (pageNo === undefined) return undefined
      return { kind: 'delay', delayMs: pageNo === PAGES - 1 ? lastPageMs : 40 }
    })
    const victim = keep(await stack.start('worker', { point, deed: 'kill', passNo }))
    const trial = await beginHere(stack, { withReader: true })
    expect(await victim.exited).toBe('SIGKILL')
    expect((await trial.ended()).reason).toBeNull()
    expect(await trial.check()).toEqual([])
  })
})

describe('a page that kills its workers', () => {
  it('5: five crashes of a page are survived, the sixth fails the run, other pages go on', async () => {
    const poison = new Set([0, 7])
    const asked = new Set<number>()
    stack.portal.setFault((request) => {
      const pageNo = pageNoOf(request) ?? -1
      if (!poison.has(pageNo)) return undefined
      asked.add(pageNo)
      return { kind: 'hang' }
    })
    const trial = await beginHere(stack)
    const crash = async (isReady: () => Promise<boolean> | boolean) => {
      asked.clear()
      const worker = await startWorker({ WORKER_CONCURRENCY: '2' })
      await eventually('the pages that kill', async () => asked.size === poison.size && (await isReady()))
      worker.kill('SIGKILL')
      await worker.exited
    }
    for (let count = 1; count <= LIMITS.crashesMax; count++) await crash(() => true)
    poison.delete(0)
    await crash(async () => (await readPage(trial.runId, 0))?.state === 'done')
    await startWorker()
    const run = await trial.ended()
    expect(run).toMatchObject({ state: 'failed', reasonCode: 'PAGE_CRASHES' })
    expect(run.reason).toContain('page 7 was claimed 6 times without any outcome: its workers died')
    const pages = await listPages(stack.services.database, trial.runId, 1)
    const others = Array.from({ length: PAGES }, () => 'done, 0 crashes, 0 attempts')
    expect(
      pages.map((page) => `${page.state}, ${page.crashCount} crashes, ${page.attemptCount} attempts`),
    ).toEqual(others.with(0, 'done, 5 crashes, 0 attempts').with(7, 'failed, 6 crashes, 1 attempts'))
    expect(await trial.check()).toEqual([])
  })

  it('6: a page too big for the memory of any worker fails the run, and the others are stored', async () => {
    const poisonNo = PAGES - 1
    const body = `[${'{},'.repeat(2_000_000)}{}]`
    stack.portal.setFault((request) => (pageNoOf(request) === poisonNo ? { kind: 'body', body } : undefined))
    const trial = await beginHere(stack)
    await stack.services.database.write(
      'UPDATE import_page SET crash_count = ? WHERE run_id = ? AND page_no = ?',
      [LIMITS.crashesMax, trial.runId, poisonNo],
    )
    const worker = await startWorker({ NODE_OPTIONS: '--max-old-space-size=64' })
    await worker.exited
    expect(worker.output()).toContain('heap out of memory')
    await startWorker()
    expect(await trial.ended()).toMatchObject({ state: 'failed', reasonCode: 'PAGE_CRASHES' })
    const pages = await listPages(stack.services.database, trial.runId, 1)
    expect(pages.filter((page) => page.state !== 'done').map((page) => page.pageNo)).toEqual([poisonNo])
    expect(await trial.check()).toEqual([])
  })
})

it('18: a worker told to stop ends or gives back its pages, exits with 0, and costs nothing', async () => {
  const hung = { pageNo: 5, isAsked: false }
  stack.portal.setFault((request) => {
    const pageNo = pageNoOf(request)
    if (pageNo === undefined) return undefined
    if (pageNo !== hung.pageNo || hung.isAsked) return { kind: 'delay', delayMs: 60 }
    hung.isAsked = true
    return { kind: 'hang' }
  })
  const first = await startWorker({ WORKER_CONCURRENCY: '4' })
  const trial = await beginHere(stack, { withReader: true })
  const leave = async (worker: AppProcess) => {
    worker.kill('SIGTERM')
    expect(await worker.exited).toBe(0)
    const active = await stack.services.queue.pages.getActive()
    expect(active.filter((job) => job.data.runId === trial.runId)).toEqual([])
  }
  await eventually('the page that hangs', () => hung.isAsked)
  await leave(first)
  expect(await readPage(trial.runId, hung.pageNo)).toMatchObject({ state: 'open' })
  const second = await startWorker()
  await eventually('some more pages', async () => (await trial.pagesDone()) >= PAGES / 2)
  await leave(second)
  await startWorker()
  expect((await trial.ended()).reason).toBeNull()
  const pages = await listPages(stack.services.database, trial.runId, 1)
  expect(pages.filter((page) => page.crashCount + page.attemptCount > 0)).toEqual([])
  expect(await trial.check()).toEqual([])
})
