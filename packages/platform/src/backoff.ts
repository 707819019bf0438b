/** Milliseconds to wait before `attempt` (1-based): doubles from `baseMs`, never above `maxMs`. No jitter. */
export function backoffMs(attempt: number, baseMs: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30))
}

/** Spreads `delayMs` over its upper half, so that many waiters don't return at once. `random` is in [0, 1). */
export function withJitter(delayMs: number, random: () => number = Math.random): number {
  return Math.round(delayMs / 2 + (delayMs / 2) * random())
}
