import { Fault } from '@gather/platform'
import {
  OPEN_RUN_STATES,
  RUN_COLUMNS,
  RUN_SUMMARY_COLUMNS,
  type RunRecord,
  type RunState,
  type RunSummary,
} from './run-record.ts'
import type { Queryable } from './session.ts'

/** The run with this id, or undefined. */
export async function findRun(database: Queryable, runId: string): Promise<RunRecord | undefined> {
  const [run] = await database.rows<RunRecord>(`SELECT ${RUN_COLUMNS} FROM import_run WHERE run_id = ?`, [
    runId,
  ])
  return run
}

/**
 * The run a person names: by its id, the beginning of one, or a topic's name, which means its newest run.
 * @throws Fault `RUN_UNKNOWN` (terminal)
 */
export async function findRunByName(database: Queryable, name: string): Promise<RunRecord> {
  // The column of ids is ASCII: the servers refuse to compare it with any other text.
  const id = /^[a-z0-9]{1,20}$/.test(name) ? name : null
  const [run, other] = await database.rows<RunRecord>(
    `SELECT ${RUN_COLUMNS} FROM import_run WHERE run_id = ? OR topic = ? OR LEFT(run_id, CHAR_LENGTH(?)) = ?
     ORDER BY (run_id = ?) DESC, (topic = ?) DESC, created_at DESC, run_id DESC LIMIT 2`,
    [id, name, id, id, id, name],
  )
  const isExact = run?.runId === name || run?.topic === name
  if (run !== undefined && (isExact || other === undefined)) return run
  if (run !== undefined) throw unknownRun(`several runs begin with "${name}"; give more of the id`)
  throw unknownRun(`there is no run "${name}"; "planner runs" lists them`)
}

const unknownRun = (message: string): Fault => new Fault({ code: 'RUN_UNKNOWN', kind: 'terminal', message })

export interface RunListing {
  readonly topic?: string | undefined
  /** Runs in one of these. @defaultValue any */
  readonly states?: readonly RunState[] | undefined
  /** Only runs that come after this one in the list; times as the database writes them. */
  readonly before?: { readonly createdAt: string; readonly runId: string } | undefined
  readonly limit: number
}

/** The newest runs first, at most `limit`. */
export const listRuns = (database: Queryable, listing: RunListing): Promise<RunRecord[]> =>
  selectRuns(database, RUN_COLUMNS, listing)

/** The same without the documents of the runs, for who looks every second. */
export const listRunSummaries = (database: Queryable, listing: RunListing): Promise<RunSummary[]> =>
  selectRuns(database, RUN_SUMMARY_COLUMNS, listing)

/** Each condition stands only where it is asked for, so that an index serves it. */
function selectRuns<Row>(database: Queryable, columns: string, listing: RunListing): Promise<Row[]> {
  const { topic, states, before, limit } = listing
  const conditions: { readonly sql: string; readonly values: readonly unknown[] }[] = []
  if (topic !== undefined) conditions.push({ sql: 'topic = ?', values: [topic] })
  if (states !== undefined) conditions.push({ sql: 'state IN (?)', values: [states] })
  if (before !== undefined) {
    const { createdAt, runId } = before
    conditions.push({
      sql: 'created_at <= ? AND (created_at < ? OR run_id < ?)',
      values: [createdAt, createdAt, runId],
    })
  }
  const where = conditions.map(({ sql }) => sql).join(' AND ') || 'TRUE'
  return database.rows<Row>(
    `SELECT ${columns} FROM import_run WHERE ${where} ORDER BY created_at DESC, run_id DESC LIMIT ?`,
    [...conditions.flatMap(({ values }) => values), limit],
  )
}

/** Every topic that has a run, by name. */
export async function listRunTopics(database: Queryable): Promise<string[]> {
  const rows = await database.rows<{ topic: string }>('SELECT DISTINCT topic FROM import_run ORDER BY topic')
  return rows.map((row) => row.topic)
}

/** All runs that are not over, oldest first. */
export function listOpenRuns(database: Queryable): Promise<RunRecord[]> {
  return database.rows<RunRecord>(
    `SELECT ${RUN_COLUMNS} FROM import_run WHERE state IN (?) ORDER BY created_at, run_id`,
    [OPEN_RUN_STATES],
  )
}

/** Runs that are over but lack their final import_log row in this ledger's eyes: ended within the last day, newest first. */
export function listEndedRuns(database: Queryable): Promise<RunRecord[]> {
  return database.rows<RunRecord>(
    `SELECT ${RUN_COLUMNS} FROM import_run
     WHERE state IN ('succeeded', 'failed', 'cancelled') AND finished_at > NOW(3) - INTERVAL 1 DAY
     ORDER BY created_at DESC LIMIT 200`,
  )
}

/** The newest success of a target, whichever topic it was of. */
export async function findLastSuccess(
  database: Queryable,
  targetDb: string,
  targetTable: string,
): Promise<RunRecord | undefined> {
  const [run] = await database.rows<RunRecord>(
    `SELECT ${RUN_COLUMNS} FROM import_run
     WHERE target_db = ? AND target_table = ? AND state = 'succeeded' ORDER BY finished_at DESC, run_id DESC LIMIT 1`,
    [targetDb, targetTable],
  )
  return run
}

/** The newest success of the same target before another one. */
export async function findSuccessBefore(database: Queryable, run: RunRecord): Promise<RunRecord | undefined> {
  const [before] = await database.rows<RunRecord>(
    `SELECT ${RUN_COLUMNS} FROM import_run
     WHERE target_db = ? AND target_table = ? AND state = 'succeeded' AND (finished_at, run_id) < (?, ?)
     ORDER BY finished_at DESC, run_id DESC LIMIT 1`,
    [run.targetDb, run.targetTable, run.finishedAt, run.runId],
  )
  return before
}

/** The run of a target that is not over. */
export async function findOpenRun(
  database: Queryable,
  targetDb: string,
  targetTable: string,
): Promise<RunRecord | undefined> {
  const [run] = await database.rows<RunRecord>(
    `SELECT ${RUN_COLUMNS} FROM import_run WHERE open_target = ?`,
    [`${targetDb}.${targetTable}`],
  )
  return run
}

/** Ids of all successful runs that put another table in the place of a target, newest first. */
export async function listSwapRunIds(
  database: Queryable,
  targetDb: string,
  targetTable: string,
): Promise<string[]> {
  const rows = await database.rows<{ runId: string }>(
    `SELECT run_id AS runId FROM import_run
     WHERE target_db = ? AND target_table = ? AND state = 'succeeded' AND strategy IN ('full', 'rollback')
     ORDER BY finished_at DESC, run_id DESC`,
    [targetDb, targetTable],
  )
  return rows.map((row) => row.runId)
}
