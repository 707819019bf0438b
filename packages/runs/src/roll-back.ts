import {
  createRun,
  findLastSuccess,
  findRun,
  findSuccessBefore,
  isOpen,
  listSwapRunIds,
  type RunRecord,
} from '@gather/ledger'
import { Fault } from '@gather/platform'
import { retryTransient } from '@gather/source'
import { targetRefused } from '@gather/store'
import type { Topic } from '@gather/topics'
import { identityOf } from './plan-run.ts'
import { runLog } from './run-log.ts'
import type { Services } from './services.ts'
import { settleRun } from './settle-run.ts'

export interface RollbackOptions {
  /** Put back a table without rows. */
  readonly allowEmpty: boolean
  readonly signal: AbortSignal
}

/**
 * Puts back the table that the last table swap of a topic's target took the place of, in one step, as a run of its own. What is
 * replaced is kept in turn, so that a second rollback undoes the first. A listener finishes what dies here.
 * @returns the run, over unless another settler is at it
 * @throws Fault terminal: `ROLLBACK_IMPOSSIBLE`, `ROLLBACK_EMPTY`, `RUN_OPEN`, `TARGET_REFUSED`; transient: `PLAN_OVERTAKEN`, readers hold the table
 */
export async function rollBack(
  services: Services,
  topic: Topic,
  { allowEmpty, signal }: RollbackOptions,
): Promise<RunRecord> {
  const { database } = services
  const last = await findLastSuccess(database, database.schema, topic.target.table)
  const { swap, rowCount } = await findSwap(services, topic)
  if (rowCount === 0 && !allowEmpty) throw emptyTable(topic, swap)
  const target = await services.store.inspectTarget(topic)
  if (target.problems.length > 0) throw targetRefused(topic.target.table, target.problems)
  const content = await findSuccessBefore(database, swap)
  const identity = identityOf(services, topic, 'rollback')
  await createRun(database, {
    ...identity,
    strategy: 'rollback',
    restoresRun: swap.runId,
    basedOn: last?.runId,
    sourceFilter: null,
    plannedRows: 0,
    pageRows: topic.pageRows,
    baseKey: 0,
    rowsBefore: target.rowCount,
    versionKind: content?.versionKind ?? swap.versionKind,
    sourceVersion: content?.sourceVersion ?? 'unknown',
    sourceFingerprint: content?.sourceFingerprint ?? swap.sourceFingerprint,
    requestCount: 0,
    note: `undoes the table swap of run ${swap.runId}`,
  })
  await retryTransient(() => settleRun(services, identity.runId, signal), { attempts: SWAP_ATTEMPTS, signal })
  return readRun(services, identity.runId)
}

/** A reader's open transaction holds a swap up; it is tried again every 15 s. */
const SWAP_ATTEMPTS = 4

async function findSwap(services: Services, topic: Topic): Promise<{ swap: RunRecord; rowCount: number }> {
  const { database, store } = services
  const [runId] = await listSwapRunIds(database, database.schema, topic.target.table)
  const swap = runId === undefined ? undefined : await findRun(database, runId)
  const rowCount = swap === undefined ? undefined : await store.countOldRows(swap.runId)
  if (swap === undefined || rowCount === undefined) throw nothingKept(topic)
  return { swap, rowCount }
}

async function readRun(services: Services, runId: string): Promise<RunRecord> {
  const run = await findRun(services.database, runId)
  if (run === undefined) throw new Error(`run ${runId} is gone`)
  if (run.state === 'failed')
    throw new Fault({ code: run.reasonCode ?? 'UNEXPECTED', kind: 'terminal', message: run.reason ?? '' })
  if (isOpen(run.state)) runLog(services, run).warn('rollback.goes_on')
  return run
}

const nothingKept = ({ target }: Topic): Fault =>
  new Fault({
    code: 'ROLLBACK_IMPOSSIBLE',
    kind: 'terminal',
    message: `no earlier table of ${target.table} is kept: one is, from a table swap (a full run) until the next one or until "planner prune" finds it old`,
  })

const emptyTable = ({ target }: Topic, swap: RunRecord): Fault =>
  new Fault({
    code: 'ROLLBACK_EMPTY',
    kind: 'terminal',
    message: `the table that run ${swap.runId} took the place of has no rows; ${target.table} stays as it is (--allow-empty puts the empty one back all the same)`,
  })
