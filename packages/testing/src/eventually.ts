import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 25

/**
 * Waits until `read` gives something.
 * @throws the last error of `read`, or an error that names `what`, after `withinMs`
 */
export async function eventually<Result>(
  what: string,
  read: () => Promise<Result | undefined | false> | Result | undefined | false,
  withinMs = 30_000,
): Promise<Result> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const result = await read()
    if (result !== undefined && result !== false) return result
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${withinMs} ms`)
    await sleep(PAUSE_MS)
  }
}
