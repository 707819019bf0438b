import type { FaultAction, FaultRequest } from '@gather/sample-portal'
import type { Violation } from '../checker/check-run.ts'
import type { NemesisStack } from '../nemesis/nemesis-stack.ts'
import { changeByHand, handClassOf } from './change-by-hand.ts'
import { type ChangingSource, createChangingSource } from './change-portal.ts'
import { describeIncrements } from './describe-increments.ts'
import {
  type IncrementalSchedule,
  type IncrementalStep,
  type PortalChange,
  planIncrements,
} from './incremental-plan.ts'
import { type JudgedImport, judgeImport } from './judge-import.ts'
import type { VersionForm } from './mutation-plan.ts'
import { ProcessPair } from './process-pair.ts'
import { VERSION_HEADERS } from './version-headers.ts'

export interface IncrementalOptions {
  /** Such as `startMutationStack` makes; no process of it may run yet. */
  readonly stack: NemesisStack
  readonly scheduleCount: number
  readonly seed: number
  /** Replays this one schedule of the seed. */
  readonly onlySchedule?: number
}

export interface IncrementalReport {
  readonly seed: number
  /** Schedules done: fewer than asked for where one found something. */
  readonly scheduleCount: number
  /** Changes that happened, by kind, and deaths of processes. */
  readonly strikes: Readonly<Record<string, number>>
  /** How the runs ended, such as `succeeded in generation 2 (mirror)`, `refused by SOURCE_SHRUNK`. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Of the first schedule that has any; each names its seed, its schedule and what happened. */
  readonly violations: readonly Violation[]
}

const GENERATIONS_MAX = 3
const ATTEMPTS_MAX = 4
const FRESH_ATTEMPTS = 2

/**
 * Imports a data set incrementally again and again, while portal, table and processes are treated as the schedules say. Each run
 * must end with exactly the rows that the source held when it was last asked, or fail for a reason that the changes give, the
 * table left as it was.
 */
export async function runIncrementalSchedules(options: IncrementalOptions): Promise<IncrementalReport> {
  const { stack, seed, scheduleCount, onlySchedule } = options
  const scheduleNos =
    onlySchedule === undefined
      ? Array.from({ length: scheduleCount }, (_, index) => index + 1)
      : [onlySchedule]
  const report = { seed, scheduleCount: 0, strikes: {}, outcomes: {} }
  const pair = await ProcessPair.start(stack)
  const source = createChangingSource(stack.portal.dataset(stack.topic.source.dataset))
  try {
    for (const scheduleNo of scheduleNos) {
      const playing = new Playing({ stack, pair, source, schedule: planIncrements(seed, scheduleNo) }, report)
      const violations = await playing.play()
      report.scheduleCount += 1
      if (violations.length > 0) return { ...report, violations }
    }
    return { ...report, violations: [] }
  } finally {
    await pair.close()
  }
}

interface Scene {
  readonly stack: NemesisStack
  readonly pair: ProcessPair
  readonly source: ChangingSource
  readonly schedule: IncrementalSchedule
}

type Counts = Record<string, number>

/** One schedule, from a run of everything on. */
class Playing {
  readonly #scene: Scene
  readonly #strikes: Counts
  readonly #outcomes: Counts
  /** What was done by hand since the last success: one kind, as together they hide each other (the receipt tells so). */
  #handClass: 'rows' | 'values' | undefined
  #hasShrunk = false

  constructor(scene: Scene, counts: { readonly strikes: Counts; readonly outcomes: Counts }) {
    this.#scene = scene
    this.#strikes = counts.strikes
    this.#outcomes = counts.outcomes
  }

  async play(): Promise<Violation[]> {
    const { stack, source, schedule } = this.#scene
    source.restore(schedule.firstTimes)
    const first = await judgeImport(stack, { initialize: true })
    const violations = this.#name([...first.violations, ...this.#judgeReason(first, [], 'exact')], 0)
    for (const [index, step] of schedule.steps.entries()) {
      if (violations.length > 0) break
      violations.push(...this.#name(await this.#playStep(step), index + 1))
    }
    return violations
  }

  async #playStep(step: IncrementalStep): Promise<Violation[]> {
    const { stack, pair } = this.#scene
    for (const change of step.before) this.#change(change)
    await this.#changeByHand(step)
    if (step.strike !== undefined) await pair.arm(step.strike.app, step.strike)
    const struck: PortalChange[] = []
    stack.portal.setFault(this.#follow(step, struck))
    const judged = await judgeImport(stack, { initialize: false, withReader: true }).finally(() =>
      stack.portal.setFault(undefined),
    )
    if (await pair.disarm()) count(this.#strikes, `kill at ${step.strike?.point}`)
    count(this.#outcomes, judged.outcome)
    if (judged.isSuccess) this.#handClass = undefined
    return [...judged.violations, ...this.#judgeReason(judged, struck, step.form)]
  }

  async #changeByHand({ byHand }: IncrementalStep): Promise<void> {
    const { stack } = this.#scene
    for (const change of byHand) {
      const handClass = handClassOf(change.kind)
      if (this.#handClass !== undefined && this.#handClass !== handClass) continue
      this.#handClass = handClass
      await changeByHand(stack.services.database, stack.topic, change)
      count(this.#strikes, `by hand ${change.kind}`)
    }
  }

  #change(change: PortalChange): void {
    this.#scene.source.change(change)
    count(this.#strikes, change.kind)
    if (change.kind === 'shrink') this.#hasShrunk = true
  }

  /** Fills `struck` with the changes that happened. */
  #follow(step: IncrementalStep, struck: PortalChange[]) {
    let requestNo = -1
    return (request: FaultRequest): readonly FaultAction[] => {
      requestNo += 1
      const due = step.during.filter((change) => change.requestNo === requestNo)
      struck.push(...due)
      const isRows = request.path.includes('/resource/')
      return [
        ...due.map((change) => ({ kind: 'mutate' as const, apply: () => this.#change(change) })),
        ...(isRows ? [{ kind: 'headers' as const, headers: VERSION_HEADERS[step.form] }] : []),
      ]
    }
  }

  /**
   * What the changes may make a run fail by: each of them ends one generation, or one attempt of a plan, at most. Where versions
   * are not exact, those before the run may cost two attempts: so long they are too fresh to be told from others.
   */
  #judgeReason(
    { outcome, reasonCode }: JudgedImport,
    struck: readonly PortalChange[],
    form: VersionForm,
  ): Violation[] {
    const spoiltCount = struck.length + (form === 'exact' ? 0 : FRESH_ATTEMPTS)
    const honest = [
      ...(struck.length >= GENERATIONS_MAX ? ['SOURCE_MOVING'] : []),
      ...(spoiltCount >= ATTEMPTS_MAX ? ['SOURCE_ANSWERS_DISAGREE', 'SOURCE_JUST_CHANGED'] : []),
      ...(this.#hasShrunk ? ['SOURCE_SHRUNK'] : []),
    ]
    if (reasonCode === null || honest.includes(reasonCode)) return []
    return [{ invariant: 'I6', message: `${outcome}, for which there was no reason` }]
  }

  #name(violations: readonly Violation[], stepNo: number): Violation[] {
    const told = describeIncrements(this.#scene.schedule, stepNo)
    return violations.map(({ invariant, message }) => ({ invariant, message: `${told}: ${message}` }))
  }
}

function count(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
