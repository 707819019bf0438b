import { randomBytes } from 'node:crypto'
import { createLogger, Fault, readConfig } from '@gather/platform'
import { requireService } from '@gather/testing'
import {
  type JobHandler,
  type JobWorker,
  type JobWorkerOptions,
  openQueue,
  type PageJob,
  type SettleJob,
  startPageWorker,
  startSettleWorker,
} from '../src/index.ts'

export const silentLog = createLogger(
  'test',
  readConfig({ MYSQL_URL: 'mysql://nobody@localhost/none', LOG_LEVEL: 'silent' }),
)

/** Pages of one run, numbered from 0. */
export const pagesOf = (pageCount: number, changes: Partial<PageJob> = {}) =>
  Array.from({ length: pageCount }, (_, pageNo) => ({
    runId: 'run0001',
    generation: 1,
    pageNo,
    enqueueNo: 1,
    ...changes,
  }))

type FaultOptions = ConstructorParameters<typeof Fault>[0]

export const faultOf = (kind: FaultOptions['kind'], changes: Partial<FaultOptions> = {}) =>
  new Fault({ code: `TEST_${kind.toUpperCase()}`, kind, message: `it was ${kind}`, ...changes })

/** The queues under a prefix of their own, and workers on them that are closed with them. */
export function openOwnQueue(redisUrl: string = requireService('TEST_REDIS_URL')) {
  const prefix = `test-${randomBytes(6).toString('hex')}`
  const queue = openQueue(redisUrl, prefix, silentLog)
  const workers: JobWorker[] = []
  const options = (changes: Partial<JobWorkerOptions>): JobWorkerOptions => ({
    redisUrl,
    prefix,
    concurrency: 1,
    lockMs: 30_000,
    graceMs: 200,
    log: silentLog,
    ...changes,
  })
  const keep = (worker: JobWorker) => {
    workers.push(worker)
    return worker
  }
  return {
    redisUrl,
    prefix,
    queue,
    startPages: (handler: JobHandler<PageJob>, changes: Partial<JobWorkerOptions> = {}) =>
      keep(startPageWorker(handler, options(changes))),
    startSettles: (handler: JobHandler<SettleJob>, changes: Partial<JobWorkerOptions> = {}) =>
      keep(startSettleWorker(handler, options(changes))),
    /** Ends everything and takes its keys out of Redis. */
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
      for (const each of [queue.pages, queue.settles, queue.occurrences.jobs])
        await each.obliterate({ force: true })
      await queue.close()
    },
  }
}

export type OwnQueue = ReturnType<typeof openOwnQueue>

/** A promise that the test settles. */
export function createLatch() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open: () => open(), opened }
}

/** Ends as a job does that is told to stop. */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(faultOf('interrupted')), { once: true })
  })
