import { setTimeout as sleep } from 'node:timers/promises'
import { type Closable, tell, toFault } from '@gather/platform'
import { reconcile, reconcileSchedules, type Services } from '@gather/runs'

/** Reconciles at once and then every `intervalMs` after the last time ended, until closed; trouble is logged and tried again. */
export const startReconciler = (services: Services, intervalMs: number): Closable =>
  startLoop((signal) => reconcileOnce(services, signal), intervalMs)

/** Does the same with the schedules: by itself, as it waits for a Redis that is away, and settling does not. */
export const startTimekeeper = (services: Services, intervalMs: number): Closable =>
  startLoop((signal) => keepSchedules(services, signal), intervalMs)

function startLoop(work: (signal: AbortSignal) => Promise<void>, intervalMs: number): Closable {
  const stop = new AbortController()
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await work(stop.signal)
      await sleep(intervalMs, undefined, { signal: stop.signal }).catch(() => {})
    }
  })()
  return {
    async close() {
      stop.abort()
      await loop
    },
  }
}

async function reconcileOnce(services: Services, signal: AbortSignal): Promise<void> {
  try {
    await reconcile(services, signal)
    tell('reconcile.ended', { outcome: 'done' })
  } catch (error) {
    services.log.warn({ err: toFault(error) }, 'reconcile.failed')
    tell('reconcile.ended', { outcome: 'failed' })
  }
}

async function keepSchedules(services: Services, signal: AbortSignal): Promise<void> {
  try {
    await reconcileSchedules(services, signal)
  } catch (error) {
    services.log.warn({ err: toFault(error) }, 'schedules.unkept')
  }
}
