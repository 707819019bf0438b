import { setTimeout as sleep } from 'node:timers/promises'
import type { Violation } from '../checker/check-run.ts'
import { eventually } from '../eventually.ts'
import type { NemesisStack } from '../nemesis/nemesis-stack.ts'
import type { Trial } from '../nemesis/trial.ts'

/** What is killed and comes back. */
export const OUTAGE_SERVERS = ['redis', 'database'] as const
export type OutageServer = (typeof OUTAGE_SERVERS)[number]

export interface RecoveryOptions {
  /** With a worker and a listener at work, and pages enough for every outage; its portal's faults are replaced. */
  readonly stack: NemesisStack
  readonly server: OutageServer
  /** How long the server is away. */
  readonly outageMs: number
  /** How often, in one run. @defaultValue 1 */
  readonly outageCount?: number
}

/** How a run took its outages. */
export interface Recovery {
  readonly runId: string
  /** From the moment the server answered again until another page was done: the longest of all outages. */
  readonly recoveryMs: number
  readonly state: string
  readonly violations: readonly Violation[]
}

/** Slow enough that the run is not over before the outages are. */
const PAGE_DELAY_MS = 150
/** Between two outages. */
const PAGES_BETWEEN = 4
/** More than anybody should wait, so that what is slow is measured rather than given up. */
const PROGRESS_WITHIN_MS = 180_000
/** Pages that were at work when it happened come back when their locks are over. */
const END_WITHIN_MS = 180_000

/**
 * Kills a server in the middle of a run, starts it again `outageMs` later, and measures how long the run stands still after
 * that; then lets the run end and checks it.
 */
export async function measureRecovery(options: RecoveryOptions): Promise<Recovery> {
  const { stack, server, outageMs, outageCount = 1 } = options
  const killable = server === 'redis' ? stack.redis : stack.databaseServer
  stack.portal.setFault((request) =>
    request.query.has('$order') ? { kind: 'delay', delayMs: PAGE_DELAY_MS } : undefined,
  )
  try {
    const trial = await stack.begin({ withReader: true })
    let recoveryMs = 0
    for (let outage = 0; outage < outageCount; outage += 1) {
      await awaitPages(trial, PAGES_BETWEEN)
      await killable.kill()
      await sleep(outageMs)
      await killable.start()
      recoveryMs = Math.max(recoveryMs, await measureProgress(trial))
    }
    stack.portal.setFault(undefined)
    const { runId } = trial
    return {
      runId,
      recoveryMs,
      state: (await trial.ended(END_WITHIN_MS)).state,
      violations: await trial.check(),
    }
  } finally {
    stack.portal.setFault(undefined)
  }
}

async function measureProgress(trial: Trial): Promise<number> {
  const startMs = performance.now()
  await awaitPages(trial, 1)
  return Math.round(performance.now() - startMs)
}

/** Waits for so many more pages. Our own connection may have been cut off, too, and is made anew by the first look. */
async function awaitPages(trial: Trial, count: number): Promise<void> {
  const look = () => trial.pagesDone().catch(() => undefined)
  const before = (await eventually('an answer', () => look().then((done) => done?.toString()))) ?? 0
  await eventually(
    `${count} pages after ${before}`,
    async () => ((await look()) ?? 0) >= Number(before) + count,
    PROGRESS_WITHIN_MS,
  )
}
