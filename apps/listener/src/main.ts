import { closeAll, createLogger, readConfig, reportAndExit, stopSignal, waitForStop } from '@gather/platform'
import { queuePrefix, refuseEvictingRedis, startSettleWorker } from '@gather/queue'
import { createHealthProbe, listAway, openServices, settleRun } from '@gather/runs'
import { startHealthServer } from '@gather/telemetry'
import { startListenerMetrics } from './listener-metrics.ts'
import { startReconciler } from './reconcile-loop.ts'

/** Settles runs when a worker asks for it, and every few seconds mends what a death left. */
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
  const settler = startSettleWorker(
    async (job, signal) => {
      await settleRun(services, job.runId, AbortSignal.any([signal, stop]))
    },
    {
      redisUrl: config.redisUrl,
      prefix: queuePrefix(services.database.schema),
      concurrency: 4,
      lockMs: config.jobLockMs,
      graceMs: config.shutdownGraceMs / 2,
      log,
    },
  )
  await Promise.race([settler.ready(), waitForStop(stop)])
  log.info('listener.ready')
  await waitForStop(stop)
  log.info('listener.stopping')
  const clean = await closeAll([health, services, settler, reconciler], config.shutdownGraceMs)
  process.exit(clean ? 0 : 1)
}

main().catch(reportAndExit)
