import { hostname } from 'node:os'
import { closeAll, createLogger, readConfig, stopSignal, waitForStop } from '@gather/platform'
import { queuePrefix, refuseEvictingRedis, startPageWorker } from '@gather/queue'
import { createHealthProbe, createPageHandler, listAway, openServices } from '@gather/runs'
import { startHealthServer } from '@gather/telemetry'
import { startWorkerMetrics } from './worker-metrics.ts'

/** Loads pages until it is told to stop, then lets those at work finish for the grace. */
export async function runWorker(): Promise<void> {
  const config = readConfig()
  const log = createLogger('worker', config)
  const stop = stopSignal()
  const services = openServices(config, log)
  const readHealth = createHealthProbe(services)
  const health = await startHealthServer({
    ...config.health,
    listAway: async () => listAway(await readHealth()),
    startMetrics: () => startWorkerMetrics(config.workerConcurrency),
    stop,
    log,
  })
  await refuseEvictingRedis(services.queue, log, stop)
  const handler = createPageHandler(services, { workerName: `${hostname().slice(0, 80)}:${process.pid}` })
  const worker = startPageWorker(handler, {
    redisUrl: config.redisUrl,
    prefix: queuePrefix(services.database.schema),
    concurrency: config.workerConcurrency,
    lockMs: config.jobLockMs,
    graceMs: config.shutdownGraceMs / 2,
    log,
  })
  await Promise.race([worker.ready(), waitForStop(stop)])
  log.info({ concurrency: config.workerConcurrency }, 'worker.ready')
  await waitForStop(stop)
  log.info('worker.stopping')
  const clean = await closeAll([health, services, worker], config.shutdownGraceMs)
  process.exit(clean ? 0 : 1)
}
