import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultPoint } from '@gather/platform'
import type { AppProcess } from '../app-process.ts'
import type { Violation } from '../checker/check-run.ts'
import { readPageHistory } from '../checker/history.ts'
import { eventually } from '../eventually.ts'
import type { NemesisStack } from '../nemesis/nemesis-stack.ts'
import type { Trial } from '../nemesis/trial.ts'
import { beginHere } from './begin-here.ts'
import { checkRound, describeRound } from './check-round.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'

export interface DoubleExecutionOptions {
  /** With a job lock of about a second, a high concurrency, and pages enough for two workers. No worker may run yet. */
  readonly stack: NemesisStack
  /** Double executions to force at least. */
  readonly count: number
  readonly seed: number
}

export interface DoubleExecutionReport {
  /** Claims of a page that another worker held, who was alive but stopped for longer than its lock. */
  readonly doubleExecutionCount: number
  readonly roundCount: number
  /** How many workers were stopped where; `anywhere` is a plain signal. */
  readonly stops: Readonly<Record<string, number>>
  /** Of the first round that has any; each names its seed and round. */
  readonly violations: readonly Violation[]
}

/**
 * Where a worker is stopped, one after the other, and at which pass at least: most of its claims are written by then. With a
 * transaction open it keeps its pages' rows locked until the server ends its sessions, which takes some seconds more.
 */
const PLACES = {
  after_fetch: 1,
  anywhere: 8,
  after_claim: 8,
  before_commit: 1,
  after_load: 1,
  mid_load: 1,
} as const
type Place = keyof typeof PLACES
const PLACE_NAMES = Object.keys(PLACES) as Place[]
const PASSES_MORE = 4
const PAGE_DELAY_MS = 150
const TAKEOVER_WITHIN_MS = 60_000
const FRUITLESS_ROUNDS_MAX = 5

/**
 * Stops one worker after the other for longer than its job lock, while another one takes its pages over, wakes it, and checks
 * that each page was stored once: the woken worker does all its pages again or on, at once with the other or after the run.
 */
export async function forceDoubleExecutions(options: DoubleExecutionOptions): Promise<DoubleExecutionReport> {
  const { stack, count, seed } = options
  stack.portal.setFault((request) =>
    request.query.has('$order') ? { kind: 'delay', delayMs: PAGE_DELAY_MS } : undefined,
  )
  const taker = await stack.start('worker')
  const listener = await stack.start('listener')
  const stops: Record<string, number> = {}
  let doubleExecutionCount = 0
  let roundCount = 0
  let violations: readonly Violation[] = []
  try {
    while (doubleExecutionCount < count && violations.length === 0) {
      const round = { seed, roundNo: ++roundCount }
      const place = PLACE_NAMES[(roundCount - 1) % PLACE_NAMES.length] ?? 'anywhere'
      const { trial, found } = await doTwice(stack, place, createSeededRandom(seed, roundCount))
      violations = await checkRound(round, trial, found)
      doubleExecutionCount += await countDoubles(stack, trial)
      stops[place] = (stops[place] ?? 0) + 1
      if (doubleExecutionCount * FRUITLESS_ROUNDS_MAX < roundCount)
        throw new Error(`${describeRound(round)}: hardly any page is done twice`)
    }
    return { doubleExecutionCount, roundCount, stops, violations }
  } finally {
    stack.portal.setFault(undefined)
    for (const process of [taker, listener]) process.kill('SIGKILL')
    await Promise.all([taker.exited, listener.exited])
  }
}

async function doTwice(stack: NemesisStack, place: Place, random: SeededRandom) {
  const sleeper = await startSleeper(stack, place, random)
  const trial = await beginHere(stack, { withReader: true })
  await untilStopped(stack, { sleeper, trial, place, random })
  await eventually(
    'all its pages being taken over',
    async () => (await countClaims(stack, trial, sleeper)) === 0,
    TAKEOVER_WITHIN_MS,
  )
  if (random.below(2) === 0) await trial.ended()
  sleeper.kill('SIGCONT')
  await trial.ended()
  sleeper.kill('SIGTERM')
  const exit = await sleeper.exited
  const message = `the worker stopped at ${place} ended with ${exit}: ${sleeper.output()}`
  const found: Violation[] = exit === 0 ? [] : [{ invariant: 'I5', message }]
  return { trial, found }
}

const startSleeper = (stack: NemesisStack, place: Place, random: SeededRandom): Promise<AppProcess> =>
  place === 'anywhere'
    ? stack.start('worker')
    : stack.start('worker', {
        point: place satisfies FaultPoint,
        deed: 'stop',
        passNo: PLACES[place] + random.below(PASSES_MORE),
      })

interface Sleep {
  readonly sleeper: AppProcess
  readonly trial: Trial
  readonly place: Place
  readonly random: SeededRandom
}

/** One that strikes stops itself, unless it gets too few pages; a signal of ours could come before its own and hide it. */
async function untilStopped(stack: NemesisStack, { sleeper, trial, place, random }: Sleep): Promise<void> {
  if (place !== 'anywhere') return void (await Promise.race([sleeper.struck(), trial.ended()]))
  const claimed = eventually(
    'enough claims',
    async () => (await countClaims(stack, trial, sleeper)) >= PLACES[place],
  )
  await Promise.race([claimed, trial.ended()])
  await sleep(random.below(PAGE_DELAY_MS))
  sleeper.kill('SIGSTOP')
}

/** Pages that this process has claimed and nobody has claimed since. */
async function countClaims(
  { services }: NemesisStack,
  { runId }: Trial,
  { pid }: AppProcess,
): Promise<number> {
  const [row] = await services.database.rows<{ n: number }>(
    "SELECT COUNT(*) AS n FROM import_page WHERE run_id = ? AND state = 'claimed' AND claimed_by LIKE ?",
    [runId, `%:${pid}`],
  )
  return row?.n ?? 0
}

async function countDoubles({ services }: NemesisStack, { runId }: Trial): Promise<number> {
  const changes = await readPageHistory(services.database, runId)
  return changes.filter((change) => change.oldState === 'claimed' && change.newState === 'claimed').length
}
