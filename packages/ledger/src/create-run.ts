import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, faultPoint, isFault, toFault } from '@gather/platform'
import type { Database } from './database.ts'
import { type GenerationPlan, insertDeletions, insertPages, pagesOf } from './generation-plan.ts'
import { findLastSuccess, findOpenRun } from './read-runs.ts'
import type { RunMode, RunRecord } from './run-record.ts'
import { type Occurrence, takeOccurrence } from './schedules.ts'
import type { Queryable, Session } from './session.ts'

export interface NewRun extends GenerationPlan {
  readonly runId: string
  readonly topic: string
  readonly mode: RunMode
  readonly definition: string
  readonly sourceUrl: string
  readonly dataset: string
  readonly targetHost: string
  readonly targetDb: string
  readonly targetTable: string
  readonly requestCount: number
  /** @defaultValue null */
  readonly nextStrategy?: 'full' | null | undefined
  /** The newest success of the target that the plan goes by. @defaultValue it goes by none */
  readonly basedOn?: string | undefined
  /** JSON, of a run that has nothing to do: it is written as a success. */
  readonly receipt?: string | undefined
  /** Of a rollback, which reads nothing and is written as `publishing`: the run whose swap it undoes. */
  readonly restoresRun?: string | undefined
  /** Of a run that a schedule starts: it is taken with the transaction that writes the run. */
  readonly occurrence?: Occurrence | undefined
}

/**
 * Writes a run, its pages and deletions in one transaction, in state `planned`; one that has its receipt already is over by that.
 * Where the connection ends before the outcome is told, looks for it.
 * @throws Fault `RUN_OPEN` (terminal): another run of this target is not over yet; `PLAN_OVERTAKEN` (transient): another one
 *   has succeeded since the plan was made; `OCCURRENCE_TAKEN` (terminal): somebody else took the run's occurrence;
 *   `RUN_UNCERTAIN` (unavailable): the outcome is not known
 */
export async function createRun(database: Database, run: NewRun): Promise<void> {
  const pages = pagesOf(run)
  try {
    await database.transaction(async (session) => {
      if (run.occurrence !== undefined) await takeForRun(session, run.occurrence, run.runId)
      await insertRun(session, run, pages.length)
      await checkBasis(session, run)
      await insertPages(session, run.runId, 1, pages)
      await insertDeletions(session, run.runId, 1, run.deletions ?? [])
      if (run.receipt !== undefined) await endAtOnce(session, run.runId, run.receipt)
      faultPoint('before_commit')
    })
  } catch (error) {
    if (isCutOff(error) && (await wasRecorded(database, run.runId))) return
    if (!isFault(error) || error.code !== 'DATABASE_DUPLICATE') throw error
    throw openRunFault(await findOpenRun(database, run.targetDb, run.targetTable), run.targetTable, error)
  }
}

async function insertRun(session: Session, run: NewRun, pageCount: number): Promise<void> {
  await session.write(
    `INSERT INTO import_run (run_id, topic, mode, strategy, state, definition, source_url, dataset, target_host,
       target_db, target_table, source_filter, generation, planned_rows, page_rows, page_count, base_key, rows_before,
       version_kind, source_version, source_fingerprint, answered_at, comparison, next_strategy, restores_run,
       request_count, note, created_at, moved_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(3), NOW(3))`,
    [
      run.runId,
      run.topic,
      run.mode,
      run.strategy,
      run.restoresRun === undefined ? 'planned' : 'publishing',
      run.definition,
      run.sourceUrl,
      run.dataset,
      run.targetHost,
      run.targetDb,
      run.targetTable,
      run.sourceFilter,
      run.plannedRows,
      run.pageRows,
      pageCount,
      run.baseKey,
      run.rowsBefore,
      run.versionKind,
      run.sourceVersion,
      run.sourceFingerprint,
      run.answeredAt ?? null,
      run.comparison ?? null,
      run.nextStrategy ?? null,
      run.restoresRun ?? null,
      run.requestCount,
      run.note?.slice(0, 500) ?? null,
    ],
  )
}

/** Others that are at the same occurrence wait here for the end of this transaction, and then find it taken. */
async function takeForRun(session: Session, occurrence: Occurrence, runId: string): Promise<void> {
  if (await takeOccurrence(session, occurrence, { outcome: 'started', runId })) return
  const message = `what was due for ${occurrence.topic} at ${occurrence.dueAt} has been dealt with`
  throw new Fault({ code: 'OCCURRENCE_TAKEN', kind: 'terminal', message })
}

/** The run just written keeps others from beginning, so that what has succeeded by now is all there is. */
async function checkBasis(session: Session, run: NewRun): Promise<void> {
  if (run.basedOn === undefined) return
  const last = await findLastSuccess(session, run.targetDb, run.targetTable)
  if (last?.runId === run.basedOn) return
  const message = `run ${last?.runId} of ${run.targetTable} has succeeded since this one was planned; try again`
  throw new Fault({ code: 'PLAN_OVERTAKEN', kind: 'transient', message })
}

async function endAtOnce(session: Session, runId: string, receipt: string): Promise<void> {
  await session.write(
    `UPDATE import_run SET state = 'succeeded', receipt = ?, finished_at = NOW(3) WHERE run_id = ?`,
    [receipt, runId],
  )
}

/** The connection ended under the transaction: it may have been committed all the same. */
const isCutOff = (error: unknown): boolean =>
  isFault(error) && (error.code === 'DATABASE_LOST' || error.code === 'DATABASE_TIMEOUT')

const LOOKS = 5
const LOOK_PAUSE_MS = 1_000

/** Whether a run stands in the ledger; waits for a transaction that is just writing it, and for a server that is away. */
async function wasRecorded(database: Database, runId: string): Promise<boolean> {
  for (let look = 1; ; look++) {
    try {
      const rows = await database.rows('SELECT run_id FROM import_run WHERE run_id = ? FOR UPDATE', [runId])
      return rows.length > 0
    } catch (error) {
      if (look >= LOOKS) throw unknownOutcome(runId, error)
      await sleep(LOOK_PAUSE_MS)
    }
  }
}

function unknownOutcome(runId: string, cause: unknown): Fault {
  const { message } = toFault(cause)
  return new Fault({
    code: 'RUN_UNCERTAIN',
    kind: 'unavailable',
    message: `run ${runId} may or may not have been recorded ("planner runs" will tell): ${message}`,
    cause,
  })
}

/** @throws Fault `RUN_OPEN` (terminal), with its `runId` in the context: a run of this target is not over yet */
export async function refuseOpenRun(
  database: Queryable,
  targetDb: string,
  targetTable: string,
): Promise<void> {
  const open = await findOpenRun(database, targetDb, targetTable)
  if (open !== undefined) throw openRunFault(open, targetTable)
}

function openRunFault(open: RunRecord | undefined, targetTable: string, cause?: unknown): Fault {
  const other = open ? `run ${open.runId} of topic ${open.topic} (${open.state})` : 'another run'
  return new Fault({
    code: 'RUN_OPEN',
    kind: 'terminal',
    message: `${other} still fills ${targetTable}; wait for it, or stop it with "planner cancel ${open?.runId ?? '<run>'}"`,
    context: { runId: open?.runId },
    cause,
  })
}
