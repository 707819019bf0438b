import { createSeededRandom, type SeededRandom } from './seeded-random.ts'

/** What a portal tells about the version of its rows: exactly, to the second, or in its metadata only. */
export const VERSION_FORMS = ['exact', 'second', 'metadata'] as const
export type VersionForm = (typeof VERSION_FORMS)[number]

/** How a data set changes; `exchange` deletes as many rows as it inserts. */
export const MUTATION_KINDS = [
  'insert',
  'update',
  'updateAll',
  'delete',
  'exchange',
  'replace',
  'swapFields',
  'addColumn',
  'retypeColumn',
  'swapColumns',
  'renameColumn',
  'removeColumn',
  'shrink',
  'empty',
] as const
export type MutationKind = (typeof MUTATION_KINDS)[number]

/** One change of the data set, just before a request is answered. */
export interface Mutation {
  /** Of the requests since the schedule began, from 0. */
  readonly requestNo: number
  readonly kind: MutationKind
  /** Where in the data set it begins, in [0, 1). */
  readonly place: number
  readonly rowCount: number
}

/** What happens to the source during one run. */
export interface MutationSchedule {
  readonly seed: number
  /** From 1. */
  readonly scheduleNo: number
  readonly form: VersionForm
  /** In the order of their requests. */
  readonly mutations: readonly Mutation[]
  /** This request is answered by a 503; undefined: none is. */
  readonly failedRequestNo: number | undefined
}

/** Common ones stand more often. What ends a run for good comes seldom, since it hides what would come after it. */
const CHOICES: readonly MutationKind[] = [
  ...(['insert', 'update', 'updateAll', 'delete', 'exchange', 'replace'] as const).flatMap((kind) =>
    Array.from({ length: 4 }, () => kind),
  ),
  'swapFields',
  'swapFields',
  'addColumn',
  'addColumn',
  'retypeColumn',
  'swapColumns',
  'renameColumn',
  'removeColumn',
  'shrink',
  'empty',
]
const MUTATIONS_MAX = 4
const FIRST_REQUEST_MAX = 12
const GAP_MAX = 10
const ROWS_MAX = 3
/** A portal without exact versions costs a wait of two seconds per change. */
const EXACT_SHARE = 0.9
const FAILED_SHARE = 0.15

/** Schedule `scheduleNo` of a seed, which is the same every time; pure. */
export function planMutations(seed: number, scheduleNo: number): MutationSchedule {
  const random = createSeededRandom(seed, scheduleNo)
  const form = random.next() < EXACT_SHARE ? 'exact' : random.pick(['second', 'metadata'] as const)
  const mutationCount = random.below(MUTATIONS_MAX + 1)
  let requestNo = random.below(FIRST_REQUEST_MAX)
  const mutations = Array.from({ length: mutationCount }, () => {
    const mutation = planMutation(random, requestNo)
    requestNo += random.below(GAP_MAX)
    return mutation
  })
  const isTroubled = random.next() < FAILED_SHARE
  const failedRequestNo = isTroubled ? random.below(2 * FIRST_REQUEST_MAX) : undefined
  return { seed, scheduleNo, form, mutations, failedRequestNo }
}

const planMutation = (random: SeededRandom, requestNo: number): Mutation => ({
  requestNo,
  kind: random.pick(CHOICES),
  place: random.next(),
  rowCount: 1 + random.below(ROWS_MAX),
})

/** One line that names the schedule, by which it replays, and what it does. */
export function describeSchedule(schedule: MutationSchedule): string {
  const { seed, scheduleNo, form, mutations, failedRequestNo } = schedule
  const changes = mutations.map(
    ({ requestNo, kind, place, rowCount }) =>
      `${kind} of ${rowCount} from ${(100 * place).toFixed(0)} % at request ${requestNo}`,
  )
  const failed = failedRequestNo === undefined ? [] : [`503 at request ${failedRequestNo}`]
  return `seed ${seed}, schedule ${scheduleNo} (versions: ${form}; ${[...changes, ...failed].join(', ') || 'nothing happens'})`
}
