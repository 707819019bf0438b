/**
 * The queues: job contracts and ids, adding jobs, running them, the gate per portal. The only package that knows BullMQ
 * and Redis, and the one place where a `Fault` becomes what BullMQ does with a job.
 * @packageDocumentation
 */
export {
  OCCURRENCE_QUEUE,
  type OccurrenceJob,
  PAGE_QUEUE,
  type PageJob,
  pageJobId,
  parsePageJob,
  SETTLE_QUEUE,
  type SettleJob,
} from './contracts.ts'
export { checkCron, nextTime } from './cron.ts'
export type { HostGate } from './host-gate.ts'
export { JobQueue } from './job-queue.ts'
export {
  type JobHandler,
  type JobWorker,
  type JobWorkerOptions,
  type ReportStep,
  startOccurrenceWorker,
  startPageWorker,
  startSettleWorker,
} from './job-worker.ts'
export { OccurrenceQueue, type SchedulerTable } from './occurrence-queue.ts'
export { openQueue, openQueueOrFail, probeRedis, queuePrefix } from './open-queue.ts'
export { PAGES_AT_WORK_MAX, type PageAtWork, type PageStep } from './pages-at-work.ts'
export { refuseEvictingRedis } from './redis-guard.ts'
export { mayEvict, type RedisHealth } from './redis-health.ts'
