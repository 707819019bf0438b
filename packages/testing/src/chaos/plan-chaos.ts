import type { Strike } from '../nemesis/strike.ts'
import { createSeededRandom, type SeededRandom } from '../sweeps/seeded-random.ts'

/** One thing that goes wrong while a run is under way. */
export type ChaosFault =
  /** SIGKILL of one living process. */
  | { readonly kind: 'kill'; readonly app: 'worker' | 'listener' }
  /** SIGTERM, as at a deploy. */
  | { readonly kind: 'term'; readonly app: 'worker' | 'listener' }
  /** SIGSTOP, then SIGCONT: longer than a job lock, it makes two processes do the same page. */
  | { readonly kind: 'stop'; readonly app: 'worker' | 'listener'; readonly forMs: number }
  | { readonly kind: 'redis-kill'; readonly downMs: number }
  | { readonly kind: 'redis-flush' }
  /** Killed, and back without the last writes. */
  | { readonly kind: 'redis-cut'; readonly byteCount: number }
  | { readonly kind: 'database-kill'; readonly downMs: number }
  | { readonly kind: 'database-pause'; readonly forMs: number }
  /** The portal treats the next requests so. */
  | { readonly kind: 'portal'; readonly trouble: PortalTrouble; readonly requestCount: number }
  /** The source's rows change. */
  | { readonly kind: 'change'; readonly change: SourceChange }

export type PortalTrouble = 'unavailable' | 'throttled' | 'cut' | 'slow' | 'html' | 'empty' | 'stale'
export type SourceChange = 'insert' | 'update' | 'delete' | 'replace'

/** What happens during one run. The same seed and run number give the same plan. */
export interface ChaosPlan {
  readonly seed: number
  readonly runNo: number
  readonly planner: Strike | undefined
  /** For the processes that are started meanwhile, in the order of their starts. */
  readonly strikes: { readonly worker: readonly Strike[]; readonly listener: readonly Strike[] }
  readonly faults: readonly { readonly afterMs: number; readonly fault: ChaosFault }[]
}

const WORKER_POINTS = [
  'after_claim',
  'after_fetch',
  'mid_load',
  'after_load',
  'before_commit',
  'after_commit_before_ack',
] as const
/** By run number: two of three planners die. */
const PLANNER_STRIKES: readonly (Strike | undefined)[] = [
  undefined,
  { point: 'after_plan', deed: 'kill', passNo: 1 },
  { point: 'mid_enqueue', deed: 'kill', passNo: 1 },
]
const LISTENER_POINTS = ['before_settle', 'before_publish', 'mid_publish', 'before_log'] as const

/** Works out what goes wrong during run number `runNo`; pure. */
export function planChaos(seed: number, runNo: number): ChaosPlan {
  const random = createSeededRandom(seed, runNo)
  return {
    seed,
    runNo,
    planner: PLANNER_STRIKES[runNo % 3],
    strikes: {
      worker: Array.from({ length: 10 }, () => planWorker(random)),
      listener: LISTENER_POINTS.map((point) => ({ point, deed: 'kill', passNo: 1 })),
    },
    faults: planFaults(random, runNo).map((fault) => ({ afterMs: between(random, 50, 600), fault })),
  }
}

const planWorker = (random: SeededRandom): Strike => ({
  point: random.pick(WORKER_POINTS),
  deed: 'kill',
  passNo: between(random, 1, 4),
})

/** Redis and the database die once in every run, and every third run loses all jobs; the rest is chance. */
function planFaults(random: SeededRandom, runNo: number): ChaosFault[] {
  const certain: ChaosFault[] = [
    { kind: 'redis-kill', downMs: between(random, 0, 800) },
    { kind: 'database-kill', downMs: between(random, 0, 800) },
    ...(runNo % 3 === 0 ? [{ kind: 'redis-flush' } as const] : []),
  ]
  return Array.from({ length: between(random, 1, 4) }, () => planFault(random)).reduce<ChaosFault[]>(
    (faults, fault) => faults.toSpliced(between(random, 0, faults.length), 0, fault),
    certain,
  )
}

function planFault(random: SeededRandom): ChaosFault {
  const app = random.pick<'worker' | 'listener'>(['worker', 'worker', 'listener'])
  switch (between(random, 1, 9)) {
    case 1:
      return { kind: 'redis-kill', downMs: between(random, 0, 800) }
    case 2:
      return { kind: 'database-kill', downMs: between(random, 0, 800) }
    case 3:
      return { kind: 'redis-cut', byteCount: between(random, 1, 4_000) }
    case 4:
      return { kind: 'stop', app, forMs: between(random, 100, 3_000) }
    case 5:
      return { kind: 'term', app }
    case 6:
      return { kind: 'database-pause', forMs: between(random, 100, 1_500) }
    case 7:
      return { kind: 'change', change: random.pick(['insert', 'update', 'delete', 'replace']) }
    case 8:
      return { kind: 'kill', app }
    default:
      return { kind: 'portal', trouble: planTrouble(random), requestCount: between(random, 1, 3) }
  }
}

const planTrouble = (random: SeededRandom): PortalTrouble =>
  random.pick(['unavailable', 'throttled', 'cut', 'slow', 'html', 'empty', 'stale'])

/** A whole number from `min` to `max`, both included. */
const between = (random: SeededRandom, min: number, max: number): number => min + random.below(max - min + 1)
