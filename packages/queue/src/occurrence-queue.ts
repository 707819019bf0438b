import { Queue, type QueueOptions } from 'bullmq'
import { JOB_VERSION, OCCURRENCE_QUEUE, occurrenceJobId } from './contracts.ts'
import { redisFault } from './redis-faults.ts'

export interface Scheduler {
  readonly cron: string
  readonly timeZone: string
}

/** What Redis knows of the schedules. */
export interface SchedulerTable {
  /** By topic. One that does not go on by itself is not alive: its next job is gone, or its jobs are of an older version. */
  readonly schedulers: ReadonlyMap<string, Scheduler & { readonly isAlive: boolean }>
  /** Topics whose job is due: it waits or is at work. */
  readonly due: ReadonlySet<string>
}

/** A scheduler's own jobs, by the name that BullMQ gives them. */
const SCHEDULED_ID = /^repeat:([a-z0-9_]+):(\d+)$/

/** A job that ended is of no use: the database keeps what came of it, and a woken topic can be woken again. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: { age: 86_400, count: 1_000 } } as const

/** The job schedulers, one a topic, and their jobs. They only wake the listener: which occurrence is due stands in the database. */
export class OccurrenceQueue {
  readonly jobs: Queue

  constructor(options: QueueOptions) {
    this.jobs = new Queue(OCCURRENCE_QUEUE, options)
    this.jobs.on('error', () => {})
  }

  /**
   * The schedulers, and the topics whose job is due at `now`.
   * @throws Fault `REDIS_UNREACHABLE` (unavailable), or `REDIS_ACCESS_DENIED` (terminal)
   */
  read(now: Date): Promise<SchedulerTable> {
    return guarded(async () => {
      const known = await this.jobs.getJobSchedulers()
      const ids = await this.jobs.getRanges(['waiting', 'active', 'prioritized', 'delayed'], 0, -1)
      const jobs = ids.flatMap(parseId)
      const withJob = new Set(jobs.map((job) => job.topic))
      const schedulers = known.map(({ key, pattern = '', tz = '', template }) => {
        const isAlive = withJob.has(key) && !isOutdated(template?.data)
        return [key, { cron: pattern, timeZone: tz, isAlive }] as const
      })
      return {
        schedulers: new Map(schedulers),
        due: new Set(jobs.filter((job) => job.dueMs <= now.getTime()).map((job) => job.topic)),
      }
    })
  }

  /** Has a topic's job made at the times of a cron expression from now on, in place of the times before. */
  async schedule(topic: string, { cron, timeZone }: Scheduler): Promise<void> {
    const template = { name: 'occurrence', data: { v: JOB_VERSION, topic }, opts: JOB_OPTIONS }
    await guarded(() => this.jobs.upsertJobScheduler(topic, { pattern: cron, tz: timeZone }, template))
  }

  /** Takes a topic's scheduler and its next job away, whichever of them is there. */
  async unschedule(topic: string): Promise<void> {
    await guarded(() => this.jobs.removeJobScheduler(topic))
  }

  /** Makes a topic's job at once; one that is there already stays the only one. */
  async wake(topic: string): Promise<void> {
    const options = { ...JOB_OPTIONS, removeOnFail: true, jobId: occurrenceJobId(topic) }
    await guarded(() => this.jobs.add('occurrence', { v: JOB_VERSION, topic }, options))
  }

  /** Number of listeners that are connected. */
  countListeners(): Promise<number> {
    return guarded(async () => (await this.jobs.getWorkers()).length)
  }

  close(): Promise<void> {
    return this.jobs.close()
  }
}

/** The jobs of a newer version are left to those who know it. */
const isOutdated = (data: unknown): boolean =>
  !(typeof data === 'object' && data !== null && 'v' in data && Number(data.v) >= JOB_VERSION)

/** A job that {@link OccurrenceQueue.wake} made was due at once. */
function parseId(id: string): { readonly topic: string; readonly dueMs: number }[] {
  const [, topic, dueMs] = SCHEDULED_ID.exec(id) ?? []
  if (topic !== undefined) return [{ topic, dueMs: Number(dueMs) }]
  const woken = /^([a-z0-9_]+)-wake$/.exec(id)?.[1]
  return woken === undefined ? [] : [{ topic: woken, dueMs: 0 }]
}

async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw redisFault(error)
  }
}
