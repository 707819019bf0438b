import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT_CODES, isFault } from '@gather/platform'
import { type Progress, type Receipt, readProgress, readReceipt, type Services } from '@gather/runs'
import { formatReceipt } from './format-receipt.ts'
import { printJson, printLine, printNote } from './output.ts'
import { createProgressReport } from './progress-report.ts'

const POLL_MS = 100
/** Counting the pages of a large run ten times a second would be felt. */
const POLL_MS_LARGE = 500
const LARGE_PAGES = 1_000
const QUIET_MS = 4_000

/** Follows a run as {@link followRun} does and prints its receipt. */
export async function waitForRun(services: Services, runId: string, json: boolean): Promise<void> {
  const progress = await followRun(services, runId)
  if (progress !== undefined) await printReceipt(services, progress, json)
}

/**
 * Follows a run until it is over and shows its progress on standard error. Ctrl-C stops the waiting, not the run.
 * @returns undefined where the waiting was stopped
 */
export async function followRun(services: Services, runId: string): Promise<Progress | undefined> {
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  process.once('SIGINT', onInterrupt)
  const report = createProgressReport(process.stderr)
  try {
    const progress = await follow(services, runId, (now) => report.update(now), stop.signal)
    report.close()
    if (progress === undefined) leave(runId)
    return progress
  } finally {
    report.close()
    process.removeListener('SIGINT', onInterrupt)
  }
}

/** Prints a run's receipt and sets the exit code by its state. */
export async function printReceipt(
  services: Services,
  { run }: Pick<Progress, 'run'>,
  json: boolean,
): Promise<void> {
  const receipt = await takeReceipt(services, run)
  if (json) printJson(receipt)
  else printLine(formatReceipt(receipt))
}

/** A run's receipt; sets the exit code by its state. */
export function takeReceipt(services: Services, run: Progress['run']): Promise<Receipt> {
  if (run.state === 'failed' || run.state === 'cancelled') process.exitCode = EXIT_CODES.runFailed
  return readReceipt(services, run)
}

async function follow(
  services: Services,
  runId: string,
  update: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Progress | undefined> {
  let changedAt = performance.now()
  let last = ''
  while (!signal.aborted) {
    const progress = await readPatiently(services, runId)
    if (progress !== undefined) {
      update(progress)
      if (progress.finished) return progress
      const now = `${progress.run.state} ${progress.totals.done} ${progress.totals.claimed}`
      if (now !== last) changedAt = performance.now()
      last = now
    }
    if (progress !== undefined && performance.now() - changedAt > QUIET_MS) {
      await hintAtMissing(services, progress)
      changedAt = Number.POSITIVE_INFINITY
    }
    const pollMs = (progress?.run.pageCount ?? 0) > LARGE_PAGES ? POLL_MS_LARGE : POLL_MS
    await sleep(pollMs, undefined, { signal }).catch(() => {})
  }
  return undefined
}

/** A database that is away for a moment doesn't end the waiting. */
async function readPatiently(services: Services, runId: string): Promise<Progress | undefined> {
  try {
    return await readProgress(services, runId)
  } catch (error) {
    if (isFault(error) && error.kind === 'unavailable') return undefined
    throw error
  }
}

/** A run that stands still for want of a process says which one. */
async function hintAtMissing(services: Services, { totals }: Progress): Promise<void> {
  if (totals.open + totals.claimed === 0)
    return printNote(`every page is loaded; waiting for the listener (is it running? ${START_HINT})`)
  const workers = await services.queue.countWorkers().catch(() => undefined)
  if (workers === 0) printNote(`no worker is connected: start one (${START_HINT})`)
}

const START_HINT = '"npm start" keeps a whole stack up'

function leave(runId: string): void {
  printNote(`\nthe run goes on without us; "planner show ${runId}" tells how far it is`)
  process.exitCode = 130
}
