import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, LIMITS, type Logger, tell, toFault, withJitter } from '@gather/platform'
import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import {
  OCCURRENCE_QUEUE,
  type OccurrenceJob,
  PAGE_QUEUE,
  type PageJob,
  parseOccurrenceJob,
  parsePageJob,
  parseSettleJob,
  readJobIds,
  SETTLE_QUEUE,
  type SettleJob,
} from './contracts.ts'
import { noteStep, type PageStep } from './pages-at-work.ts'
import { connectPatiently } from './redis-connection.ts'
import { reportChanges } from './report-changes.ts'

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

/** Tells onlookers what a job is at; takes no time of the job's, and never fails. */
export type ReportStep = (step: PageStep) => void

/** Does one job; its signal fires when the worker must stop. Rejects with a `Fault`. */
export type JobHandler<Data> = (data: Data, signal: AbortSignal, report?: ReportStep) => Promise<void>

/** Crashes are counted by the ledger, so BullMQ must never give a job up for them. */
const STALLED_COUNT_MAX = 1_000_000
/**
 * A look marks the jobs at work, a later one takes those back whose lock is over, and two workers' looks may cancel each
 * other out: with one look per lock, 8 of 30 killed workers' pages were taken over after more than two locks (2.7 at most),
 * with two looks none was (1.7 at most).
 */
const STALLED_LOOKS_PER_LOCK = 2
/** Pause between two looks of a stopping worker at its connection. */
const CONNECTION_LOOK_MS = 100

/** Runs page jobs until closed. `close` lets jobs finish for the grace, then aborts them; it may be called twice. */
export function startPageWorker(handler: JobHandler<PageJob>, options: JobWorkerOptions): JobWorker {
  return new JobWorker(
    PAGE_QUEUE,
    (data, signal, report) => handler(parsePageJob(data), signal, report),
    options,
  )
}

/** Runs settle jobs until closed. */
export function startSettleWorker(handler: JobHandler<SettleJob>, options: JobWorkerOptions): JobWorker {
  return new JobWorker(SETTLE_QUEUE, (data, signal) => handler(parseSettleJob(data), signal), options)
}

/** Runs the jobs of schedules until closed. */
export function startOccurrenceWorker(
  handler: JobHandler<OccurrenceJob>,
  options: JobWorkerOptions,
): JobWorker {
  return new JobWorker(OCCURRENCE_QUEUE, (data, signal) => handler(parseOccurrenceJob(data), signal), options)
}

/** A BullMQ worker around one of our handlers: the one place where a `Fault` becomes what BullMQ does with a job. */
export class JobWorker {
  readonly #worker: Worker
  readonly #redis: ReturnType<typeof connectPatiently>
  readonly #graceMs: number
  readonly #atWork = new Set<Promise<void>>()
  #closing: Promise<void> | undefined

  constructor(queueName: string, handler: JobHandler<unknown>, options: JobWorkerOptions) {
    const report = reportChanges(options.log)
    this.#graceMs = options.graceMs
    this.#redis = connectPatiently(options.redisUrl, report)
    this.#worker = new Worker(
      queueName,
      async (job, token, signal) => {
        try {
          const report: ReportStep = (step) => noteStep(job, step)
          await this.#track(handler(job.data, signal ?? new AbortController().signal, report))
        } catch (error) {
          const fault = toFault(error)
          logEnd(options.log, job, fault)
          tell('job.rejected', { queue: queueName, kind: fault.kind })
          await translate(job, token, fault)
        }
      },
      {
        connection: this.#redis,
        prefix: options.prefix,
        concurrency: options.concurrency,
        lockDuration: options.lockMs,
        stalledInterval: Math.ceil(options.lockMs / STALLED_LOOKS_PER_LOCK),
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
    const over = new AbortController()
    await Promise.race([this.#worker.close().catch(() => {}), this.#abortAfterGrace(over.signal)])
    over.abort()
    this.#redis.disconnect()
  }

  /**
   * Resolves only where all jobs have ended and Redis is not there to be told so, for which BullMQ would wait. Such jobs
   * come back when their lock is over.
   */
  async #abortAfterGrace(over: AbortSignal): Promise<void> {
    await sleep(this.#graceMs, undefined, { signal: over })
    this.#worker.cancelAllJobs('the worker is stopping')
    do {
      await sleep(CONNECTION_LOOK_MS, undefined, { signal: over })
      await Promise.allSettled(this.#atWork)
    } while (this.#redis.status === 'ready')
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#atWork.add(work)
    try {
      await work
    } finally {
      this.#atWork.delete(work)
    }
  }
}

function logEnd(log: Logger, job: Job, fault: Fault): void {
  if (fault.kind === 'moved' || fault.kind === 'interrupted') return
  const fields = { err: fault, jobId: job.id, ...readJobIds(job.data) }
  if (fault.kind === 'terminal') log.error(fields, 'job.failed')
  else log.warn(fields, 'job.put_back')
}

/**
 * What BullMQ does with a job whose handler rejected:
 * transient and unavailable wait `retryAfterMs` in the delayed set, interrupted goes back to the waiting ones, all of which
 * costs no attempt of BullMQ (the ledger counts ours); moved is done; terminal fails for good.
 */
async function translate(job: Job, token: string | undefined, fault: Fault): Promise<void> {
  if (fault.kind === 'moved') return
  if (fault.kind === 'terminal') throw new UnrecoverableError(`${fault.code}: ${fault.message}`)
  await job.log(`${fault.code}: ${fault.message}`).catch(() => {})
  if (fault.kind === 'interrupted') {
    // Delayed jobs are due by the clock of the process that delays them, which others may not share.
    await job.moveToWait(token)
    throw new WaitingError(fault.code)
  }
  const delayMs = fault.retryAfterMs ?? withJitter(LIMITS.unavailableDelayMsMax)
  await job.moveToDelayed(Date.now() + delayMs, token)
  throw new DelayedError(fault.code)
}
