import type { GenerationPlan, RunRecord, Session } from '@gather/ledger'
import { Fault, LIMITS } from '@gather/platform'
import { isOlderVersion, retryTransient, type SourceCount } from '@gather/source'
import type { TableDigest } from '@gather/store'
import { checkFields } from '../plan-faults.ts'
import { generationFigures, guardSourceRows, type Planning } from '../plan-generation.ts'
import type { Baseline } from '../proof.ts'
import { ASK_ATTEMPTS } from '../services.ts'
import { alsoReading } from './also-reading.ts'
import { isSameDigest, isSameRows } from './baseline.ts'
import { cannotCompare } from './cannot-compare.ts'
import { compareTarget, type Differences, MOST_ROWS, rowsToRead } from './compare-target.ts'
import { lateSince } from './late-since.ts'
import type { MirrorComparison } from './mirror-comparison.ts'
import { planMirrorPages } from './plan-mirror-pages.ts'

/** What a mirror run goes by: the target's last success. */
export interface MirrorBasis {
  readonly last: RunRecord
  readonly baseline: Baseline
}

/** A reason, for people, why everything has to be read instead. */
export interface ReadEverything {
  readonly because: string
}

/**
 * Plans a run that makes the target equal to its source by reading what differs.
 * @returns the plan, without pages and deletions where nothing differs, or why everything has to be read instead
 * @throws Fault transient `SOURCE_WENT_BACK`, `SOURCE_ANSWERS_DISAGREE` and what source and database say
 */
export async function planMirror(
  planning: Planning,
  basis: MirrorBasis,
): Promise<GenerationPlan | ReadEverything> {
  const { source, topic, signal, services } = planning
  const retry = { attempts: ASK_ATTEMPTS, signal }
  const description = await retryTransient(() => source.describe(signal), retry)
  checkFields(topic, description)
  if (description.fingerprint !== basis.last.sourceFingerprint)
    return { because: "the portal's columns changed since the last run" }
  try {
    return await services.database.withOwnSession((session) =>
      retryTransient(() => planOnce(planning, basis, session), retry),
    )
  } catch (error) {
    if (cannotCompare(error)) return { because: error.message }
    throw error
  }
}

async function planOnce(
  planning: Planning,
  basis: MirrorBasis,
  session: Session,
): Promise<GenerationPlan | ReadEverything> {
  const { source, signal, services, topic } = planning
  const count = await source.count(undefined, signal)
  refuseOlder(count, basis.last)
  guardSourceRows(planning, count.rowCount)
  const target = await services.store.digestTarget(session, topic)
  const now = { ...basis, count, target, ...judgeTarget(count, target, basis) }
  if (now.isUntouched && now.isStill && count.rowCount === target.rowCount && planning.repair === undefined)
    return planNothing(planning, now)
  const because = whyEverything(planning, now)
  return because === undefined ? planComparing(planning, now, session) : { because }
}

/** Source and target as they are now, beside what the last success left. */
interface Now extends MirrorBasis {
  readonly count: SourceCount
  readonly target: TableDigest
  /** Nobody changed the target since. */
  readonly isUntouched: boolean
  /** The source is at the version that it was at then. */
  readonly isStill: boolean
}

const judgeTarget = ({ version }: SourceCount, target: TableDigest, { last, baseline }: MirrorBasis) => ({
  isUntouched: isSameDigest(target, baseline.target),
  isStill: version.kind === last.versionKind && version.value === last.sourceVersion,
})

/** @throws Fault `SOURCE_WENT_BACK` (transient): what answered is older than what is stored */
function refuseOlder({ version }: SourceCount, last: RunRecord): void {
  const stored = { kind: last.versionKind, value: last.sourceVersion }
  if (!isOlderVersion(version, stored)) return
  const message = `the portal answered at version ${version.value}, older than ${stored.value}, which is stored; try again later, or take it all the same with --initialize`
  throw new Fault({ code: 'SOURCE_WENT_BACK', kind: 'transient', message, retryAfterMs: STALE_RETRY_MS })
}

const STALE_RETRY_MS = 2_000

function whyEverything({ topic, repair }: Planning, now: Now): string | undefined {
  const { count, target, baseline, isUntouched } = now
  if (count.rowCount === 0) return 'the source is empty'
  if (isUntouched || repair !== undefined) return undefined
  const isComparable = !isSameRows(target, baseline.target) && count.rowCount <= LIMITS.rowIdsMax
  return isComparable ? undefined : changedByHand(topic.target.table, now)
}

const changedByHand = (table: string, { target, baseline, last }: Now): string =>
  isSameRows(target, baseline.target)
    ? `values of ${table} were changed by hand since run ${last.runId}`
    : `rows of ${table} were added or removed by hand since run ${last.runId}`

async function planComparing(
  planning: Planning,
  now: Now,
  session: Session,
): Promise<GenerationPlan | ReadEverything> {
  const { services, topic, source, signal, repair } = planning
  const differences = await compareTarget({
    source,
    store: services.store,
    database: session,
    topic,
    signal,
    since: lateSince(now.last),
    everyId: !now.isUntouched || repair !== undefined,
    wholeShare: 0.5,
    readShareMax: 0.5,
  })
  if (typeof differences === 'string') return { because: differences }
  const { count } = differences
  const rereadCount = repair?.rowIds.length ?? 0
  if ((rowsToRead(differences) + rereadCount) * 2 > count.rowCount) return { because: MOST_ROWS }
  const missing = await alsoReading(planning, differences)
  const plan = planDifferences(
    planning,
    { ...now, ...judgeTarget(count, now.target, now), count },
    { ...differences, missing },
  )
  const isEqual = plan.pages?.length === 0 && plan.deletions?.length === 0
  return isEqual && now.target.rowCount !== count.rowCount
    ? { because: `${topic.target.table} holds rows of times that can not be compared` }
    : plan
}

function planNothing(planning: Planning, now: Now): GenerationPlan {
  const { last, baseline, count, target } = now
  const comparison: MirrorComparison = {
    sourceRows: count.rowCount,
    target,
    digestAfter: target.digestSum,
    valuesProven: baseline.valuesProven,
    bucketsCompared: 0,
    bucketsDiffering: 0,
    rowIdsRead: 0,
  }
  const note = `source and table are as they were after run ${last.runId}`
  return { ...mirrorFigures(planning, now, comparison), plannedRows: 0, pages: [], deletions: [], note }
}

function planDifferences(planning: Planning, now: Now, differences: Differences): GenerationPlan {
  const { source, topic, repair, pageRows } = planning
  const { count, target, baseline, isUntouched, isStill } = now
  // What was changed by hand goes back to what it was; a repair may also find what the last success had missed.
  const isKnown = isStill && !isUntouched && (baseline.valuesProven || repair === undefined)
  const comparison: MirrorComparison = {
    sourceRows: count.rowCount,
    target,
    digestAfter: isKnown ? baseline.target.digestSum : null,
    valuesProven: baseline.valuesProven && (isUntouched || isStill),
    bucketsCompared: differences.comparedCount,
    bucketsDiffering: differences.differingCount,
    rowIdsRead: differences.idsRead,
  }
  const bytesMax = source.filterBytesMax(topic.columns.map((column) => column.from))
  return {
    ...mirrorFigures(planning, now, comparison),
    plannedRows: rowsToRead(differences),
    pages: planMirrorPages(differences, pageRows, bytesMax),
    deletions: [...new Set([...differences.dead, ...differences.deadNulls])],
    note: isUntouched ? null : changedByHand(topic.target.table, now),
  }
}

const mirrorFigures = (
  { target, pageRows }: Planning,
  { last, count }: Now,
  comparison: MirrorComparison,
) => ({
  ...generationFigures(count, last.sourceFingerprint),
  strategy: 'mirror' as const,
  sourceFilter: null,
  pageRows,
  baseKey: target.keyMax,
  rowsBefore: comparison.target.rowCount,
  comparison: JSON.stringify(comparison),
})
