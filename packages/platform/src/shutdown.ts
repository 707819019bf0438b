import { reportCrash } from './exit.ts'

/** Something that holds connections or timers; `close` may be called twice. */
export interface Closable {
  close(): Promise<void>
}

/**
 * An abort signal that fires at the first SIGTERM or SIGINT; the second one ends the process at once with code 130. From now
 * on an error that nobody caught ends the process by {@link reportCrash}, so without its secrets.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  process.on('uncaughtException', reportCrash)
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130)
      controller.abort(new Error(`received ${name}`))
    })
  }
  return controller.signal
}

/** Resolves when `signal` fires. */
export function waitForStop(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/**
 * Closes resources one after the other, last opened first, within `deadlineMs` altogether.
 * @returns false when the deadline passed or a `close` failed
 */
export async function closeAll(resources: readonly Closable[], deadlineMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), deadlineMs)
  })
  const closed = (async () => {
    let clean = true
    for (const resource of [...resources].reverse()) {
      try {
        await resource.close()
      } catch {
        clean = false
      }
    }
    return clean
  })()
  const clean = await Promise.race([closed, deadline])
  clearTimeout(timer)
  return clean
}
