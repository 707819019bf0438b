import { findLastSuccess, findOpenRun, type Session } from '@gather/ledger'
import { Fault, LIMITS } from '@gather/platform'
import { retryTransient, type Source } from '@gather/source'
import type { TableDigest } from '@gather/store'
import type { Topic } from '@gather/topics'
import { baselineOf, isSameDigest } from '../mirror/baseline.ts'
import { cannotCompare } from '../mirror/cannot-compare.ts'
import { compareTarget, rowsToRead } from '../mirror/compare-target.ts'
import { lateSince } from '../mirror/late-since.ts'
import { checkFields } from '../plan-faults.ts'
import { ASK_ATTEMPTS, type Services } from '../services.ts'
import { type ChangedRows, compareValues } from './compare-values.ts'
import { type IdentityFindings, identifyRows } from './identify-rows.ts'

export interface VerifyOptions {
  /** Compare every value of every row too. */
  readonly deep: boolean
  readonly signal: AbortSignal
}

/** How a target differs from its source, both at one moment. */
export interface Findings extends IdentityFindings {
  readonly isEqual: boolean
  readonly sourceRows: number
  readonly targetRows: number
  readonly sourceVersion: string
  /** Rows of other values; undefined where values were not compared. */
  readonly changed: ChangedRows | undefined
  /** True where the table is not as the last run left it, undefined where that is not known. */
  readonly isTouched: boolean | undefined
  readonly bucketsCompared: number
  readonly rowIdsRead: number
  readonly requests: number
}

const ATTEMPTS = 3

/**
 * Compares a topic's target with its source and changes nothing: counts by time of change, row ids where these do not settle it, and
 * with `deep` all row ids and every row's digest. What moves meanwhile is compared again a few times.
 * @throws Fault terminal `VERIFY_IMPOSSIBLE`; transient `TARGET_BUSY`, `TARGET_MOVED`, `SOURCE_ANSWERS_DISAGREE`, and what source and
 *   database say
 */
export async function verifyTopic(
  services: Services,
  topic: Topic,
  { deep, signal }: VerifyOptions,
): Promise<Findings> {
  const target = await services.store.inspectTarget(topic)
  if (!target.exists || !target.mergeable) throw notComparable(topic, target.exists)
  const source = services.openSource(topic)
  try {
    const description = await retryTransient(() => source.describe(signal), {
      attempts: ASK_ATTEMPTS,
      signal,
    })
    checkFields(topic, description)
    return await services.database.withOwnSession((session) =>
      retryTransient(() => verifyOnce({ services, topic, source, session, deep, signal }), {
        attempts: ATTEMPTS,
        signal,
      }),
    )
  } catch (error) {
    if (cannotCompare(error)) throw impossible(topic, error.message, error)
    throw error
  } finally {
    await source.close()
  }
}

interface Verifying {
  readonly services: Services
  readonly topic: Topic
  readonly source: Source
  readonly session: Session
  readonly deep: boolean
  readonly signal: AbortSignal
}

async function verifyOnce(verifying: Verifying): Promise<Findings> {
  const { services, topic, source, session, deep, signal } = verifying
  const { store, database } = services
  await refuseOpenRun(verifying)
  const last = await findLastSuccess(session, database.schema, topic.target.table)
  const baseline = last && baselineOf(last)
  const before = await store.digestTarget(session, topic)
  const isTouched = baseline && !isSameDigest(before, baseline.target)
  const differences = await compareTarget({
    source,
    store,
    database: session,
    topic,
    signal,
    since: last === undefined ? '' : lateSince(last),
    everyId: deep || isTouched !== false,
    wholeShare: 1,
    readShareMax: 1,
  })
  if (typeof differences === 'string') throw impossible(topic, differences)
  if (rowsToRead(differences) > LIMITS.rowIdsMax)
    throw impossible(topic, `${rowsToRead(differences)} rows of the source are not in the table`)
  const { rowCount, version } = differences.count
  const rows = await identifyRows(source, differences, version, signal)
  const changed = deep
    ? await compareValues({ source, store, session, topic, signal, rowCount, version }, rows.outdatedIds)
    : undefined
  await refuseMoved(verifying, before)
  const { missing, surplus, outdated } = rows
  const differing = missing.count + surplus.count + outdated.count + (changed?.count ?? 0)
  return {
    isEqual: differing === 0 && rowCount === before.rowCount,
    sourceRows: rowCount,
    targetRows: before.rowCount,
    sourceVersion: version.value,
    missing,
    surplus,
    outdated,
    changed,
    isTouched,
    bucketsCompared: differences.comparedCount,
    rowIdsRead: differences.idsRead,
    requests: source.requestCount,
  }
}

/** @throws Fault `TARGET_BUSY` (transient) */
async function refuseOpenRun({ services, topic, session }: Verifying): Promise<void> {
  const open = await findOpenRun(session, services.database.schema, topic.target.table)
  if (open === undefined) return
  const message = `run ${open.runId} is filling ${topic.target.table} (${open.state}); verify when it is over`
  throw new Fault({ code: 'TARGET_BUSY', kind: 'transient', message })
}

/** @throws Fault `TARGET_MOVED` (transient): what was compared is not what is there now */
async function refuseMoved({ services, topic, session }: Verifying, before: TableDigest): Promise<void> {
  const after = await services.store.digestTarget(session, topic)
  if (isSameDigest(before, after)) return
  const message = `${topic.target.table} changed while it was verified; try again`
  throw new Fault({ code: 'TARGET_MOVED', kind: 'transient', message })
}

const notComparable = ({ name, target }: Topic, exists: boolean): Fault =>
  new Fault({
    code: 'VERIFY_IMPOSSIBLE',
    kind: 'terminal',
    message: exists
      ? `${target.table} lacks columns of the topic, so it can't be compared; "planner enqueue ${name} --initialize" replaces it`
      : `there is no table ${target.table} yet; "planner enqueue ${name} --initialize" makes it`,
  })

const impossible = ({ name }: Topic, reason: string, cause?: unknown): Fault =>
  new Fault({
    code: 'VERIFY_IMPOSSIBLE',
    kind: 'terminal',
    message: `${name} can't be verified by comparing: ${reason}; "planner enqueue ${name} --initialize" reads everything and proves it`,
    cause,
  })
