import type { Strike } from '../nemesis/strike.ts'
import type { VersionForm } from './mutation-plan.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'

/**
 * How a data set changes between and under incremental runs. `late…` gives rows a time of change that has passed, `…Timeless` is of
 * rows without one; `exchange` deletes as many rows as it inserts, `lateExchange` at the same time of change.
 */
export const PORTAL_CHANGES = [
  'insert',
  'update',
  'delete',
  'exchange',
  'lateInsert',
  'lateUpdate',
  'lateExchange',
  'insertTimeless',
  'updateTimeless',
  'deleteTimeless',
  'loseTime',
  'replaceAll',
  'shrink',
] as const
export type PortalChangeKind = (typeof PORTAL_CHANGES)[number]

/** What somebody does to our table by hand: to which rows it holds, or to their values alone. */
export const HAND_CHANGES = ['deleteRows', 'addRows', 'retimeRows', 'changeValues'] as const
export type HandChangeKind = (typeof HAND_CHANGES)[number]

interface Change<Kind> {
  readonly kind: Kind
  /** Where among the rows it begins, in [0, 1). */
  readonly place: number
  readonly rowCount: number
}
export type PortalChange = Change<PortalChangeKind>
export type HandChange = Change<HandChangeKind>

/** One incremental run and what happens before and under it. */
export interface IncrementalStep {
  readonly form: VersionForm
  readonly before: readonly PortalChange[]
  /** Just before the request of this number is answered, from 0 since the run began; in that order. */
  readonly during: readonly (PortalChange & { readonly requestNo: number })[]
  readonly byHand: readonly HandChange[]
  readonly strike: (Strike & { readonly app: 'worker' | 'listener' }) | undefined
}

/** When the rows changed that a schedule begins with: long ago, some of them lately, or all at once just now. */
export const FIRST_TIMES = ['published', 'mixed', 'now'] as const

/** A run of everything, then incremental ones. */
export interface IncrementalSchedule {
  readonly seed: number
  /** From 1. */
  readonly scheduleNo: number
  readonly firstTimes: (typeof FIRST_TIMES)[number]
  readonly steps: readonly IncrementalStep[]
}

/** Common ones stand more often; the last two hide what would come after them. */
const CHOICES: readonly PortalChangeKind[] = [
  ...PORTAL_CHANGES.slice(0, -2).flatMap((kind) => Array.from({ length: 5 }, () => kind)),
  'replaceAll',
  'replaceAll',
  'shrink',
]
const POINTS = {
  worker: [
    'after_claim',
    'after_fetch',
    'mid_load',
    'after_load',
    'before_commit',
    'after_commit_before_ack',
  ],
  listener: ['before_settle', 'before_publish', 'mid_publish', 'before_log'],
} as const
const STEPS_MAX = 3
const BEFORE_MAX = 3
const DURING_MAX = 3
const ROWS_MAX = 3
const FIRST_REQUEST_MAX = 12
const GAP_MAX = 8
/** A portal without exact versions costs a wait of two seconds per change, and a process a second to start. */
const EXACT_SHARE = 0.95
const QUIET_SHARE = 0.15
const DISTURBED_SHARE = 0.3
const BY_HAND_SHARE = 0.35
const STRUCK_SHARE = 0.1

/** Schedule `scheduleNo` of a seed, which is the same every time; pure. */
export function planIncrements(seed: number, scheduleNo: number): IncrementalSchedule {
  const random = createSeededRandom(seed, scheduleNo)
  const firstTimes = random.pick(FIRST_TIMES)
  const steps = Array.from({ length: 1 + random.below(STEPS_MAX) }, () => planStep(random))
  return { seed, scheduleNo, firstTimes, steps }
}

function planStep(random: SeededRandom): IncrementalStep {
  const happens = (share: number) => random.next() < share
  return {
    form: happens(EXACT_SHARE) ? 'exact' : random.pick(['second', 'metadata'] as const),
    before: Array.from({ length: happens(QUIET_SHARE) ? 0 : 1 + random.below(BEFORE_MAX) }, () =>
      planChange(random, CHOICES),
    ),
    during: happens(DISTURBED_SHARE) ? planDuring(random) : [],
    byHand: happens(BY_HAND_SHARE) ? [planChange(random, HAND_CHANGES)] : [],
    strike: happens(STRUCK_SHARE) ? planStrike(random) : undefined,
  }
}

const planChange = <Kind>(random: SeededRandom, kinds: readonly Kind[]): Change<Kind> => ({
  kind: random.pick(kinds),
  place: random.next(),
  rowCount: 1 + random.below(ROWS_MAX),
})

function planDuring(random: SeededRandom): IncrementalStep['during'] {
  let requestNo = random.below(FIRST_REQUEST_MAX)
  return Array.from({ length: 1 + random.below(DURING_MAX) }, () => {
    const change = { ...planChange(random, CHOICES), requestNo }
    requestNo += 1 + random.below(GAP_MAX)
    return change
  })
}

function planStrike(random: SeededRandom): IncrementalStep['strike'] {
  const app = random.pick(['worker', 'listener'] as const)
  return { app, point: random.pick<Strike['point']>(POINTS[app]), deed: 'kill', passNo: 1 }
}
