import { setTimeout as sleep } from 'node:timers/promises'
import { type Closable, toFault } from '@gather/platform'
import { reconcile, type Services } from '@gather/runs'

/** Reconciles at once and then every `intervalMs` after the last time ended, until closed; trouble is logged and tried again. */
export function startReconciler(services: Services, intervalMs: number): Closable {
  const stop = new AbortController()
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await reconcile(services, stop.signal).catch((error: unknown) => {
        services.log.warn({ err: toFault(error) }, 'reconcile.failed')
      })
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
