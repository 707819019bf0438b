import {
  closeAll,
  createLogger,
  LIMITS,
  readConfig,
  reportAndExit,
  stopSignal,
  waitForStop,
} from '@gather/platform'
import { queuePrefix, refuseEvictingRedis, startOccurrenceWorker, startSettleWorker } from '@gather/queue'
import { createHealthProbe, listAway, meetOccurrence, openServices, settleRun } from '@gather/runs'
import { startHealthServer } from '@gather/telemetry'
import { startListenerMetrics } from './listener-metrics.ts'
import { startReconciler, startTimekeeper } from './reconcile-loop.ts'

/** Settles runs when a worker asks for it, starts those of schedules, and every few seconds mends what a death left. */
async function main(): Promise<void> {
  const config = readConfig()
  const log = createLogger('listener', config)
  const stop = stopSignal()
  const services = openServices(config, log)
  const readHealth = createHealthProbe(services)
  const health = await startHealthServer({
    ...config.health,
    listAway: async () => listAway(await readHealth()),
    startMetrics: startListenerMetrics,
    stop,
    log,
  })
  // Not waited for: what is stored already is settled without Redis.
  refuseEvictingRedis(services.queue, log, stop).catch(reportAndExit)
  const reconciler = startReconciler(services, config.reconcileIntervalMs)
  const workerOptions = {
    redisUrl: config.redisUrl,
    prefix: queuePrefix(services.database.schema),
    lockMs: config.jobLockMs,
    graceMs: config.shutdownGraceMs / 4,
    log,
  }
  const settler = startSettleWorker(
    async (job, signal) => {
      await settleRun(services, job.runId, AbortSignal.any([signal, stop]))
    },
    { ...workerOptions, concurrency: LIMITS.settlesAtOnce },
  )
  const timekeeper = startTimekeeper(services, config.reconcileIntervalMs)
  const starter = startOccurrenceWorker(
    (job, signal) => meetOccurrence(services, job.topic, AbortSignal.any([signal, stop])),
    { ...workerOptions, concurrency: LIMITS.occurrencesAtOnce },
  )
  await Promise.race([Promise.all([settler.ready(), starter.ready()]), waitForStop(stop)])
  log.info('listener.ready')
  await waitForStop(stop)
  log.info('listener.stopping')
  const resources = [health, services, settler, reconciler, starter, timekeeper]
  const clean = await closeAll(resources, config.shutdownGraceMs)
  process.exit(clean ? 0 : 1)
}

main().catch(reportAndExit)
