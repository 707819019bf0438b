import { setTimeout as sleep } from 'node:timers/promises'
import type { Violation } from '../checker/check-run.ts'
import { eventually } from '../eventually.ts'
import type { NemesisStack, Trial } from '../nemesis/nemesis-stack.ts'

/** What is killed and comes back. */
export const OUTAGE_SERVERS = ['redis', 'database'] as const
export type OutageServer = (typeof OUTAGE_SERVERS)[number]

export interface RecoveryOptions {
  /** With pages enough that some are still open after the outage; its portal's faults are replaced. */
  readonly stack: NemesisStack
  readonly server: OutageServer
  readonly outageMs: number
}

/** How a run took an outage. */
export interface Recovery {
  /** From the moment the server answered again until another page was done. */
  readonly recoveryMs: number
  readonly state: string
  readonly violations: readonly Violation[]
}

/** Slow enough that the run is not over before the outage. */
const PAGE_DELAY_MS = 100
const PAGES_BEFORE = 3
/** More than anybody should wait, so that what is slow is measured rather than given up. */
const PROGRESS_WITHIN_MS = 180_000

/**
 * Kills a server in the middle of a run, starts it again `outageMs` later, and measures how long the run stands still after
 * that; then lets the run end and checks it. Worker and listener must be at work already.
 */
export async function measureRecovery({ stack, server, outageMs }: RecoveryOptions): Promise<Recovery> {
  stack.portal.setFault((request) =>
    request.query.has('$order') ? { kind: 'delay', delayMs: PAGE_DELAY_MS } : undefined,
  )
  try {
    const trial = await stack.begin({ withReader: true })
    const killable = server === 'redis' ? stack.redis : stack.databaseServer
    await eventually('the first pages', async () => (await trial.pagesDone()) >= PAGES_BEFORE)
    await killable.kill()
    await sleep(outageMs)
    await killable.start()
    const recoveryMs = await measureProgress(trial)
    stack.portal.setFault(undefined)
    return { recoveryMs, state: (await trial.ended()).state, violations: await trial.check() }
  } finally {
    stack.portal.setFault(undefined)
  }
}

/** Our own connection was cut off, too, and is made anew by the first look. */
async function measureProgress(trial: Trial): Promise<number> {
  const startMs = performance.now()
  const before = await eventually('an answer', () => trial.pagesDone().then(String, () => undefined))
  await eventually(
    'progress after the outage',
    async () => (await trial.pagesDone()) > Number(before),
    PROGRESS_WITHIN_MS,
  )
  return Math.round(performance.now() - startMs)
}
