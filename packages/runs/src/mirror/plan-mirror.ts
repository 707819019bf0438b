import type { GenerationPlan, RunRecord, Session } from '@gather/ledger'
import { Fault, isFault } from '@gather/platform'
import { isOlderVersion, retryTransient, type SourceCount } from '@gather/source'
import type { TableDigest } from '@gather/store'
import { checkFields } from '../plan-faults.ts'
import { generationFigures, guardSourceRows, type Planning } from '../plan-generation.ts'
import type { Baseline } from '../proof.ts'
import { ASK_ATTEMPTS } from '../services.ts'
import { alsoReading } from './also-reading.ts'
import { isSameDigest, isSameRows } from './baseline.ts'
import { compareTarget, type Differences } from './compare-target.ts'
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
    if (isFault(error) && CANNOT_COMPARE.includes(error.code)) return { because: error.message }
    throw error
  }
}

const CANNOT_COMPARE = ['SOURCE_GROUPING_REFUSED', 'SOURCE_TIME_TOO_FINE']

async function planOnce(
  planning: Planning,
  basis: MirrorBasis,
  session: Session,
): Promise<GenerationPlan | ReadEverything> {
  const { services, topic, source, signal } = planning
  const { last, baseline } = basis
  const count = await source.count(undefined, signal)
  refuseOlder(count, last)
  guardSourceRows(planning, count.rowCount)
  if (count.rowCount === 0) return { because: 'the source is empty' }
  const target = await services.store.digestTarget(session, topic)
  const isUntouched = isSameDigest(target, baseline.target)
  const isNothing = isUntouched && isSameVersion(count, last) && count.rowCount === target.rowCount
  if (isNothing && planning.rereadIds.length === 0) return planNothing(planning, basis, count, target)
  const isValuesOnly = !isUntouched && isSameRows(target, baseline.target)
  if (isValuesOnly && planning.rereadIds.length === 0)
    return { because: `values of ${topic.target.table} were changed by hand since run ${last.runId}` }
  const differences = await compareTarget({
    source,
    store: services.store,
    database: session,
    topic,
    signal,
    since: lateSince(last),
    everyId: !isUntouched,
    wholeShare: 0.5,
  })
  if (typeof differences === 'string') return { because: differences }
  if (rowsToRead(differences) * 2 > differences.count.rowCount)
    return {
      because: 'most rows of the source are not in the table, as after a full replace by the publisher',
    }
  const missing = await alsoReading(planning, differences)
  return planDifferences(planning, basis, target, { ...differences, missing })
}

/** @throws Fault `SOURCE_WENT_BACK` (transient): what answered is older than what is stored */
function refuseOlder({ version }: SourceCount, last: RunRecord): void {
  const stored = { kind: last.versionKind, value: last.sourceVersion }
  if (!isOlderVersion(version, stored)) return
  const message = `the portal answered at version ${version.value}, older than ${stored.value}, which is stored; try again later, or take it all the same with --initialize`
  throw new Fault({ code: 'SOURCE_WENT_BACK', kind: 'transient', message, retryAfterMs: STALE_RETRY_MS })
}

const STALE_RETRY_MS = 5_000

const isSameVersion = ({ version }: SourceCount, last: RunRecord): boolean =>
  version.kind === last.versionKind && version.value === last.sourceVersion

const rowsToRead = ({ spans, nullRows, missing }: Differences): number =>
  spans.reduce((sum, { rowCount }) => sum + rowCount, nullRows + missing.length)

function planNothing(
  planning: Planning,
  { last, baseline }: MirrorBasis,
  count: SourceCount,
  target: TableDigest,
): GenerationPlan {
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
  return {
    ...mirrorFigures(planning, last, count, comparison),
    plannedRows: 0,
    pages: [],
    deletions: [],
    note,
  }
}

function planDifferences(
  planning: Planning,
  { last, baseline }: MirrorBasis,
  target: TableDigest,
  differences: Differences,
): GenerationPlan {
  const { source, topic } = planning
  const { count, dead, deadNulls } = differences
  const isUntouched = isSameDigest(target, baseline.target)
  const isStill = isSameVersion(count, last)
  // Rows that are read anew may differ from what the last success left, unless that was proven.
  const isDigestBinding = baseline.valuesProven || planning.rereadIds.length === 0
  const comparison: MirrorComparison = {
    sourceRows: count.rowCount,
    target,
    digestAfter: isStill && isDigestBinding ? baseline.target.digestSum : null,
    valuesProven: baseline.valuesProven && (isUntouched || isStill),
    bucketsCompared: differences.comparedCount,
    bucketsDiffering: differences.differingCount,
    rowIdsRead: differences.idsRead,
  }
  const bytesMax = source.filterBytesMax(topic.columns.map((column) => column.from))
  return {
    ...mirrorFigures(planning, last, count, comparison),
    plannedRows: rowsToRead(differences),
    pages: planMirrorPages(differences, planning.pageRows, bytesMax),
    deletions: [...new Set([...dead, ...deadNulls])],
    note: isUntouched
      ? null
      : `rows of ${topic.target.table} were added or removed by hand since run ${last.runId}`,
  }
}

const mirrorFigures = (
  { target, pageRows }: Planning,
  last: RunRecord,
  count: SourceCount,
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
