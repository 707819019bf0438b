import { faultPoint, LIMITS } from '@gather/platform'
import { Queue, type QueueOptions } from 'bullmq'
import type { Redis } from 'ioredis'
import {
  JOB_VERSION,
  PAGE_QUEUE,
  type PageJob,
  pageJobId,
  SETTLE_QUEUE,
  type SettleJob,
  settleJobId,
} from './contracts.ts'
import { HostGate } from './host-gate.ts'
import { OccurrenceQueue } from './occurrence-queue.ts'
import { PAGES_AT_WORK_MAX, type PageAtWork, toPageAtWork } from './pages-at-work.ts'
import { redisFault } from './redis-faults.ts'
import { readRedisHealth } from './redis-health.ts'

/** Where BullMQ keeps the jobs that it will still run by itself. */
const LIVE_LISTS = ['wait', 'paused', 'active'] as const
/** BullMQ keeps the time at which a delayed job is due in the upper bits of its score. */
const SCORES_PER_MS = 0x1000
/** No delay is longer. Jobs are due by the clock of the process that delayed them, so one beyond this comes from a wrong clock. */
const DELAY_MS_MAX = LIMITS.retryAfterMsMax + 60_000

/** Ended jobs are kept a while for people to look at in Bull Board; nothing reads them. */
const JOB_OPTIONS = {
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 86_400, count: 1_000 },
  keepLogs: 20,
} as const

/** What planner, listener and dashboard do with the queues. Redis says who works now; it may be emptied at any time. */
export class JobQueue {
  readonly pages: Queue
  readonly settles: Queue
  readonly occurrences: OccurrenceQueue
  readonly gate: HostGate
  readonly #redis: Redis
  #closing: Promise<void> | undefined

  /** @param prefix - separates installations that share a Redis */
  constructor(redis: Redis, prefix: string) {
    const options: QueueOptions = { connection: redis, prefix, defaultJobOptions: JOB_OPTIONS }
    this.#redis = redis
    this.pages = new Queue(PAGE_QUEUE, options)
    this.settles = new Queue(SETTLE_QUEUE, options)
    this.occurrences = new OccurrenceQueue(options)
    this.gate = new HostGate(redis, prefix)
    for (const queue of [this.pages, this.settles]) queue.on('error', () => {})
  }

  /**
   * Enqueues pages in batches; a page that is there already stays as it is.
   * @throws Fault `REDIS_UNREACHABLE` (unavailable), or `REDIS_ACCESS_DENIED` (terminal)
   */
  async enqueuePages(jobs: readonly Omit<PageJob, 'v'>[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += LIMITS.enqueueBatch) {
      const batch = jobs.slice(start, start + LIMITS.enqueueBatch)
      await this.#guard(() =>
        this.pages.addBulk(
          batch.map((job) => ({
            name: 'page',
            data: { v: JOB_VERSION, ...job },
            opts: { jobId: pageJobId(job) },
          })),
        ),
      )
      faultPoint('mid_enqueue')
    }
  }

  /** Asks for a run to be settled. Ended settle jobs vanish at once, so that the same run can be asked for again. */
  async enqueueSettle(job: Omit<SettleJob, 'v'>): Promise<void> {
    const options = { jobId: settleJobId(job), removeOnComplete: true, removeOnFail: true }
    await this.#guard(() => this.settles.add('settle', { v: JOB_VERSION, ...job }, options))
  }

  /** Those of `jobs` that BullMQ will not run any more: never added, ended, lost, or delayed for longer than any delay is. */
  async findDeadPages<Page extends Omit<PageJob, 'v'>>(jobs: readonly Page[]): Promise<Page[]> {
    const live = await this.#guard(() => this.#readLiveIds())
    return jobs.filter((job) => !live.has(pageJobId(job)))
  }

  /** Pages that workers are at, and what they do with them; those of a worker that died stay until they are taken over. */
  async listPagesAtWork(): Promise<PageAtWork[]> {
    const jobs = await this.#guard(() => this.pages.getActive(0, PAGES_AT_WORK_MAX - 1))
    return jobs.flatMap((job) => (job === undefined ? [] : toPageAtWork(job)))
  }

  /** Redis's version and whether its settings keep jobs. */
  readHealth() {
    return this.#guard(() => readRedisHealth(this.#redis))
  }

  /** Number of workers connected to the page queue. */
  countWorkers(): Promise<number> {
    return this.#guard(async () => (await this.pages.getWorkers()).length)
  }

  /** Ends the connection; may be called twice. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.allSettled([this.pages, this.settles, this.occurrences].map((queue) => queue.close()))
      this.#redis.disconnect()
    })()
    return this.#closing
  }

  /** Ids of all page jobs that BullMQ will still run by itself, in one atomic look instead of one per job. */
  async #readLiveIds(): Promise<Set<string>> {
    const look = this.#redis.multi().time().zrange(this.pages.toKey('delayed'), '0', '-1', 'WITHSCORES')
    look.zrange(this.pages.toKey('prioritized'), '0', '-1')
    for (const name of LIVE_LISTS) look.lrange(this.pages.toKey(name), 0, -1)
    const [time, delayed, ...live] = ((await look.exec()) ?? []).map(([error, ids]) => textsOf(error, ids))
    return new Set([...live.flat(), ...dueIds(delayed ?? [], Number(time?.[0]) * 1000 + DELAY_MS_MAX)])
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw redisFault(error)
    }
  }
}

function textsOf(error: Error | null, answer: unknown): string[] {
  if (error !== null) throw error
  return Array.isArray(answer) ? answer.map(String) : []
}

/** Ids among `id, score, id, score, …` that are due before `timeMs`. */
const dueIds = (delayed: readonly string[], timeMs: number): string[] =>
  delayed.filter((_, index) => index % 2 === 0 && Number(delayed[index + 1]) / SCORES_PER_MS < timeMs)
