import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, isFault, LIMITS, toFault } from '@gather/platform'
import type { Database } from './database.ts'
import type { RunMode, RunRecord, RunStrategy } from './run-record.ts'
import type { Queryable } from './session.ts'

/** The plan of one generation: what is read and how it is cut. */
export interface GenerationPlan {
  readonly sourceFilter: string | null
  readonly plannedRows: number
  readonly pageRows: number
  readonly versionKind: RunRecord['versionKind']
  readonly sourceVersion: string
  readonly sourceFingerprint: string
}

export interface NewRun extends GenerationPlan {
  readonly runId: string
  readonly topic: string
  readonly mode: RunMode
  readonly strategy: RunStrategy
  readonly definition: string
  readonly sourceUrl: string
  readonly dataset: string
  readonly targetHost: string
  readonly targetDb: string
  readonly targetTable: string
  readonly baseKey: number
  readonly rowsBefore: number
  readonly requestCount: number
  readonly note: string | null
}

/** Pages that `plannedRows` rows make: none for zero rows. */
export const pageCountOf = (plannedRows: number, pageRows: number): number =>
  Math.ceil(plannedRows / pageRows)

/**
 * Writes a run and all its pages in one transaction, in state `planned`.
 * Where the connection ends before the outcome is told, looks for it.
 * @throws Fault `RUN_OPEN` (terminal): another run of this target is not over yet; `RUN_UNCERTAIN` (unavailable): the outcome is
 *   not known
 */
export async function createRun(database: Database, run: NewRun): Promise<void> {
  try {
    await database.transaction(async (session) => {
      await session.write(
        `INSERT INTO import_run (run_id, topic, mode, strategy, state, definition, source_url, dataset, target_host,
           target_db, target_table, source_filter, generation, planned_rows, page_rows, page_count, base_key, rows_before,
           version_kind, source_version, source_fingerprint, request_count, note, created_at, moved_at)
         VALUES (?, ?, ?, ?, 'planned', ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(3), NOW(3))`,
        [
          run.runId,
          run.topic,
          run.mode,
          run.strategy,
          run.definition,
          run.sourceUrl,
          run.dataset,
          run.targetHost,
          run.targetDb,
          run.targetTable,
          run.sourceFilter,
          run.plannedRows,
          run.pageRows,
          pageCountOf(run.plannedRows, run.pageRows),
          run.baseKey,
          run.rowsBefore,
          run.versionKind,
          run.sourceVersion,
          run.sourceFingerprint,
          run.requestCount,
          run.note,
        ],
      )
      await insertPages(session, run.runId, 1, run)
    })
  } catch (error) {
    if (isCutOff(error) && (await wasRecorded(database, run.runId))) return
    throw isFault(error) && error.code === 'DATABASE_DUPLICATE'
      ? await openRunFault(database, run, error)
      : error
  }
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

/** Writes the page rows of a generation, in the transaction of `session`. */
export async function insertPages(
  session: Queryable,
  runId: string,
  generation: number,
  plan: GenerationPlan,
) {
  const pages = planPages(plan.plannedRows, plan.pageRows)
  for (let start = 0; start < pages.length; start += PAGES_PER_INSERT) {
    const rows = pages.slice(start, start + PAGES_PER_INSERT)
    await session.write(
      `INSERT INTO import_page (run_id, generation, page_no, state, row_offset, planned_rows, changed_at)
       VALUES ${rows.map(() => "(?, ?, ?, 'open', ?, ?, NOW(3))").join(', ')}`,
      rows.flatMap((page) => [runId, generation, page.pageNo, page.rowOffset, page.plannedRows]),
    )
  }
}

const PAGES_PER_INSERT = 1_000

/** Cuts `plannedRows` into pages of `pageRows`; the last one is shorter. */
export function planPages(plannedRows: number, pageRows: number) {
  const pageCount = pageCountOf(plannedRows, pageRows)
  if (pageCount > LIMITS.pagesMax) throw tooManyPages(pageCount)
  return Array.from({ length: pageCount }, (_, pageNo) => {
    const rowOffset = pageNo * pageRows
    return { pageNo, rowOffset, plannedRows: Math.min(pageRows, plannedRows - rowOffset) }
  })
}

function tooManyPages(pageCount: number): Fault {
  const message = `a run of ${pageCount} pages is over the limit of ${LIMITS.pagesMax}; raise page_rows (at most ${LIMITS.pageRowsMax})`
  return new Fault({ code: 'PLAN_TOO_MANY_PAGES', kind: 'terminal', message })
}

async function openRunFault(database: Database, run: NewRun, cause: unknown): Promise<Fault> {
  const [open] = await database.rows<{ runId: string; topic: string; state: string }>(
    'SELECT run_id AS runId, topic, state FROM import_run WHERE open_target = ?',
    [`${run.targetDb}.${run.targetTable}`],
  )
  const other = open ? `run ${open.runId} of topic ${open.topic} (${open.state})` : 'another run'
  return new Fault({
    code: 'RUN_OPEN',
    kind: 'terminal',
    message: `${other} still fills ${run.targetTable}; wait for it, or stop it with "planner cancel ${open?.runId ?? '<run>'}"`,
    cause,
  })
}
