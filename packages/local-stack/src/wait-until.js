import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks again and again until the answer is yes.
 * @param {() => boolean | Promise<boolean>} isTrue
 * @param {{timeoutMs: number, intervalMs?: number, giveUp?: () => boolean}} options
 * @returns {Promise<boolean>} false after the time, or as soon as `giveUp` says so
 */
export async function waitUntil(isTrue, { timeoutMs, intervalMs = 25, giveUp = () => false }) {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    if (await isTrue()) return true
    if (giveUp() || Date.now() >= deadline) return false
    await sleep(intervalMs)
  }
}
