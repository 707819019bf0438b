import { type Fault, LIMITS, type Logger, toFault } from '@gather/platform'
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq'
import {
  PAGE_QUEUE,
  type PageJob,
  parsePageJob,
  parseSettleJob,
  SETTLE_QUEUE,
  type SettleJob,
} from './contracts.ts'
import { connectPatiently } from './redis-connection.ts'

export interface JobWorkerOptions {
  readonly redisUrl: string
  readonly prefix: string
  readonly concurrency: number
  /** Milliseconds a job belongs to a worker that does not renew it. */
  readonly lockMs: number
  /** Milliseconds a stopping worker waits for its jobs before it aborts them. */
  readonly graceMs: number
  readonly log: Logger
}

/** Does one job; its signal fires when the worker must stop. Rejects with a `Fault`. */
export type JobHandler<Data> = (data: Data, signal: AbortSignal) => Promise<void>

/** Crashes are counted by the ledger, so BullMQ must never give a job up for them. */
const STALLED_COUNT_MAX = 1_000_000

/** Runs page jobs until closed. `close` lets jobs finish for the grace, then aborts them; it may be called twice. */
export function startPageWorker(handler: JobHandler<PageJob>, options: JobWorkerOptions): JobWorker {
  return new JobWorker(PAGE_QUEUE, (data, signal) => handler(parsePageJob(data), signal), options)
}

/** Runs settle jobs until closed. */
export function startSettleWorker(handler: JobHandler<SettleJob>, options: JobWorkerOptions): JobWorker {
  return new JobWorker(SETTLE_QUEUE, (data, signal) => handler(parseSettleJob(data), signal), options)
}

/** A BullMQ worker around one of our handlers: the one place where a `Fault` becomes what BullMQ does with a job. */
export class JobWorker {
  readonly #worker: Worker
  readonly #redis: ReturnType<typeof connectPatiently>
  readonly #graceMs: number
  #closing: Promise<void> | undefined

  constructor(queueName: string, handler: JobHandler<unknown>, options: JobWorkerOptions) {
    const report = (error: Error) => options.log.debug({ err: error, queue: queueName }, 'queue.error')
    this.#graceMs = options.graceMs
    this.#redis = connectPatiently(options.redisUrl, report)
    this.#worker = new Worker(
      queueName,
      async (job, token, signal) => {
        try {
          await handler(job.data, signal ?? new AbortController().signal)
        } catch (error) {
          const fault = toFault(error)
          if (fault.kind === 'terminal') options.log.error({ err: fault, job: job.id }, 'job.failed')
          await translate(job, token, fault)
        }
      },
      {
        connection: this.#redis,
        prefix: options.prefix,
        concurrency: options.concurrency,
        lockDuration: options.lockMs,
        stalledInterval: options.lockMs,
        maxStalledCount: STALLED_COUNT_MAX,
        drainDelay: 5,
      },
    )
    this.#worker.on('error', report)
    this.#worker.on('lockRenewalFailed', (jobIds: string[]) => {
      for (const jobId of jobIds) this.#worker.cancelJob(jobId, 'the lock was lost')
    })
  }

  /** Resolves when the worker takes jobs. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const abort = setTimeout(() => this.#worker.cancelAllJobs('the worker is stopping'), this.#graceMs)
    await this.#worker.close().catch(() => {})
    clearTimeout(abort)
    this.#redis.disconnect()
  }
}

/**
 * What BullMQ does with a job whose handler rejected:
 * transient and unavailable wait `retryAfterMs` and interrupted none, all by way of the delayed set, which costs no
 * attempt of BullMQ (the ledger counts ours); moved is done; terminal fails for good.
 */
async function translate(job: Job, token: string | undefined, fault: Fault): Promise<void> {
  if (fault.kind === 'moved') return
  if (fault.kind === 'terminal') throw new UnrecoverableError(`${fault.code}: ${fault.message}`)
  const delayMs = fault.kind === 'interrupted' ? 0 : (fault.retryAfterMs ?? LIMITS.backoffMsBase)
  await job.log(`${fault.code}: ${fault.message}`).catch(() => {})
  await job.moveToDelayed(Date.now() + delayMs, token)
  throw new DelayedError(fault.code)
}
