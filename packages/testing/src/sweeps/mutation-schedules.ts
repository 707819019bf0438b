import type { FaultAction, FaultRequest } from '@gather/sample-portal'
import type { Violation } from '../checker/check-run.ts'
import { type NemesisStack, startNemesisStack } from '../nemesis/nemesis-stack.ts'
import { judgeImport } from './judge-import.ts'
import { createMutableSource, type MutableSource } from './mutate-source.ts'
import { describeSchedule, type Mutation, type MutationSchedule, planMutations } from './mutation-plan.ts'
import { VERSION_HEADERS } from './version-headers.ts'

export interface MutationOptions {
  /** Such as {@link startMutationStack} makes; no process of it may run yet. */
  readonly stack: NemesisStack
  readonly scheduleCount: number
  readonly seed: number
  /** Replays this one schedule of the seed. */
  readonly onlySchedule?: number
}

export interface MutationReport {
  readonly seed: number
  /** Schedules done: fewer than asked for where one found something. */
  readonly scheduleCount: number
  /** Mutations that struck during a run, by kind. */
  readonly strikes: Readonly<Record<string, number>>
  /** How the runs ended, such as `succeeded in generation 2 (full)`, `failed by SOURCE_MOVING`. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Of the first schedule that has any; each names its seed and schedule. */
  readonly violations: readonly Violation[]
}

const GENERATIONS_MAX = 3

/**
 * Imports the whole data set once per schedule, while it changes at the schedule's requests. Each run must end with exactly the
 * rows that the source held when it was last asked, or fail for a reason that the mutations give, the target left as it was.
 */
export async function runMutationSchedules(options: MutationOptions): Promise<MutationReport> {
  const { stack, seed, scheduleCount, onlySchedule } = options
  const scheduleNos =
    onlySchedule === undefined
      ? Array.from({ length: scheduleCount }, (_, index) => index + 1)
      : [onlySchedule]
  const source = createMutableSource(stack.portal.dataset(stack.topic.source.dataset))
  const processes = await Promise.all([stack.start('worker'), stack.start('listener')])
  const strikes: Record<string, number> = {}
  const outcomes: Record<string, number> = {}
  const report = { seed, scheduleCount: 0, strikes, outcomes }
  try {
    for (const scheduleNo of scheduleNos) {
      const result = await importDuring(stack, source, planMutations(seed, scheduleNo))
      report.scheduleCount += 1
      count(outcomes, result.outcome)
      for (const { kind } of result.struck) count(strikes, kind)
      if (result.violations.length > 0) return { ...report, violations: result.violations }
    }
    return { ...report, violations: [] }
  } finally {
    source.restore()
    for (const process of processes) process.kill('SIGKILL')
    await Promise.all(processes.map((process) => process.exited))
  }
}

/** A stack for {@link runMutationSchedules}: six pages, three at a time. */
export function startMutationStack(): Promise<NemesisStack> {
  return startNemesisStack({
    rowCount: 60,
    topic: { page_rows: 10 },
    env: { WORKER_CONCURRENCY: '3', RECONCILE_INTERVAL_MS: '300' },
  })
}

interface ScheduleResult {
  readonly outcome: string
  readonly struck: readonly Mutation[]
  readonly violations: readonly Violation[]
}

async function importDuring(
  stack: NemesisStack,
  source: MutableSource,
  schedule: MutationSchedule,
): Promise<ScheduleResult> {
  source.restore()
  const struck: Mutation[] = []
  stack.portal.setFault(followSchedule(schedule, source, struck))
  const { outcome, reasonCode, violations } = await judgeImport(stack, { initialize: true }).finally(() =>
    stack.portal.setFault(undefined),
  )
  const honest = honestReasons(struck)
  const unfounded: Violation[] =
    reasonCode === null || honest.has(reasonCode)
      ? []
      : [{ invariant: 'I6', message: `${outcome}, for which there was no reason` }]
  return {
    outcome,
    struck,
    violations: [...violations, ...unfounded].map(({ invariant, message }) => ({
      invariant,
      message: `${describeSchedule(schedule)}: ${message}`,
    })),
  }
}

/** Fills `struck` with the mutations that happened. */
function followSchedule(schedule: MutationSchedule, source: MutableSource, struck: Mutation[]) {
  let requestNo = -1
  return (request: FaultRequest): readonly FaultAction[] => {
    requestNo += 1
    const due = schedule.mutations.filter((mutation) => mutation.requestNo === requestNo)
    struck.push(...due)
    const isRows = request.path.includes('/resource/')
    return [
      ...due.map((mutation) => ({ kind: 'mutate' as const, apply: () => source.mutate(mutation) })),
      ...(isRows ? [{ kind: 'headers' as const, headers: VERSION_HEADERS[schedule.form] }] : []),
      ...(requestNo === schedule.failedRequestNo ? [{ kind: 'status' as const, status: 503 }] : []),
    ]
  }
}

/** What the mutations that struck may make a run fail by; each of them ends one generation at most. */
function honestReasons(struck: readonly Mutation[]): ReadonlySet<string> {
  const kinds = new Set(struck.map(({ kind }) => kind))
  return new Set([
    ...(struck.length >= GENERATIONS_MAX ? ['SOURCE_MOVING'] : []),
    ...(kinds.has('renameColumn') || kinds.has('removeColumn') ? ['SOURCE_COLUMN_MISSING'] : []),
    ...(kinds.has('shrink') || kinds.has('empty') ? ['SOURCE_SHRUNK', 'SOURCE_EMPTY'] : []),
  ])
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
