import { setTimeout as sleep } from 'node:timers/promises'
import { type Closable, tell, toFault } from '@gather/platform'
import { reconcile, type Services } from '@gather/runs'

/** Reconciles at once and then every `intervalMs` after the last time ended, until closed; trouble is logged and tried again. */
export function startReconciler(services: Services, intervalMs: number): Closable {
  const stop = new AbortController()
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await reconcileOnce(services, stop.signal)
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
