import { setTimeout as sleep } from 'node:timers/promises'
import { listPages } from '@gather/ledger'
import { createLogger, readConfig, toFault } from '@gather/platform'
import { createPageHandler, openServices, type Services, settleRun } from '@gather/runs'
import type { Violation } from '../checker/check-run.ts'
import { readRunHistory } from '../checker/history.ts'
import type { Trial } from '../nemesis/trial.ts'
import type { TestStack } from '../test-stack.ts'
import { beginHere } from './begin-here.ts'
import { checkRound, type Round } from './check-round.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'

export interface SettleRaceOptions {
  /** With a ledger that records its history; no listener may run. */
  readonly stack: TestStack
  readonly rounds: number
  readonly settlerCount: number
  readonly seed: number
}

export interface SettleRaceReport {
  /** Rounds done: fewer than asked for where one found something. */
  readonly roundCount: number
  /** Settlers that were let loose in all rounds. */
  readonly settleCount: number
  /** Runs that were published by a swap of tables, and by a merge. */
  readonly swapCount: number
  readonly mergeCount: number
  /** Of the first round that has any; each names its seed and round. */
  readonly violations: readonly Violation[]
}

/** Settlers start within so many milliseconds of each other, which is about what settling a tiny run takes. */
const SPREADS_MS = [0, 0, 5, 20, 60] as const
const SETTLE_WITHIN_MS = 60_000
/** Few pages, as only their settling is on trial. */
const PAGE_ROWS = 200

/**
 * Loads one tiny run after the other in this process, and has many settlers with connections of their own settle each at
 * once: one of them must publish it. Every other run is incremental, which is a merge unless the topic's strategy is `full`.
 */
export async function raceSettlers(options: SettleRaceOptions): Promise<SettleRaceReport> {
  const { stack, seed, rounds, settlerCount } = options
  const settlers = Array.from({ length: settlerCount }, () => openOwn(stack))
  const counts = { roundCount: 0, settleCount: 0, swapCount: 0, mergeCount: 0 }
  let violations: readonly Violation[] = []
  try {
    while (counts.roundCount < rounds && violations.length === 0) {
      const round = { seed, roundNo: ++counts.roundCount }
      const trial = await loadRun(stack, round)
      const found = await letLoose(settlers, trial, createSeededRandom(seed, round.roundNo))
      violations = await checkRound(round, trial, [...found, ...(await checkPublished(stack, trial))])
      counts.settleCount += settlerCount
      const isMerge = (await trial.ended()).strategy !== 'full'
      counts[isMerge ? 'mergeCount' : 'swapCount'] += 1
    }
    return { ...counts, violations }
  } finally {
    await Promise.all(settlers.map((settler) => settler.close()))
  }
}

function openOwn({ env }: TestStack): Services {
  const config = readConfig(env)
  return openServices(config, createLogger('settler', { ...config, logLevel: 'silent' }))
}

/** Plans a run of everything, or of the rows that are new in this round, and stores its pages. */
async function loadRun(stack: TestStack, { roundNo }: Round): Promise<Trial> {
  const dataset = stack.portal.dataset(stack.topic.source.dataset)
  const [first] = dataset.rows()
  const fields = Object.entries(first ?? {}).filter(([name]) => !name.startsWith(':'))
  const row = { ...Object.fromEntries(fields), license_issue_date: dateOfRound(roundNo) }
  dataset.insertRows([row, row, row])
  const options = { initialize: roundNo % 2 === 1, pageRows: PAGE_ROWS, withReader: true }
  const trial = await beginHere(stack, options)
  const loadPage = createPageHandler(stack.services, { workerName: 'race' })
  for (const { generation, pageNo, enqueueNo } of await listPages(stack.services.database, trial.runId, 1)) {
    const job = { v: 1 as const, runId: trial.runId, generation, pageNo, enqueueNo }
    await loadPage(job, AbortSignal.timeout(SETTLE_WITHIN_MS))
  }
  return trial
}

/** A day of its own, after all days of the generated rows. */
const dateOfRound = (roundNo: number): string =>
  new Date(Date.UTC(2040, 0, roundNo)).toISOString().replace('Z', '')

async function letLoose(
  settlers: readonly Services[],
  { runId }: Trial,
  random: SeededRandom,
): Promise<Violation[]> {
  const spreadMs = random.pick(SPREADS_MS)
  const pausesMs = settlers.map(() => random.below(spreadMs + 1))
  const outcomes = await Promise.allSettled(
    settlers.map(async (settler, index) => {
      await sleep(pausesMs[index])
      await settleRun(settler, runId, AbortSignal.timeout(SETTLE_WITHIN_MS))
    }),
  )
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  return errors.map((error) => ({ invariant: 'I5', message: `a settler threw: ${toFault(error).message}` }))
}

async function checkPublished({ services }: TestStack, { runId }: Trial): Promise<Violation[]> {
  const changes = await readRunHistory(services.database, runId)
  const count = changes.filter(
    (change) => change.oldState === 'publishing' && change.newState === 'succeeded',
  ).length
  return count === 1 ? [] : [{ invariant: 'I7', message: `the run was published ${count} times` }]
}
