/**
 * States of a run. Who moves it on, and who does so if that process dies:
 * - `planned`: run and pages stand in the ledger. The planner creates staging, then `loading`; else the reconciler. One that has nothing to
 *   do is `succeeded` with the transaction that writes it.
 * - `loading`: jobs are in the queue. The settler moves it once no page is open, started by the last worker; else by the reconciler.
 * - `settling`: the settler verifies. It ends in `publishing` or `failed`; a settler that dies frees its lock and the next one starts again.
 *   A mirror run passes `publishing` within the transaction that merges, so that it is seen `settling` until it is over.
 * - `publishing`: proven; the settler swaps or merges. The next settler finds out whether that happened and goes on. A rollback begins here.
 * - `succeeded`, `failed`, `cancelled`: over. Nobody moves it out.
 */
export const RUN_STATES = [
  'planned',
  'loading',
  'settling',
  'publishing',
  'succeeded',
  'failed',
  'cancelled',
] as const
export type RunState = (typeof RUN_STATES)[number]
export const OPEN_RUN_STATES = [
  'planned',
  'loading',
  'settling',
  'publishing',
] as const satisfies readonly RunState[]

export const isOpen = (state: RunState): boolean => (OPEN_RUN_STATES as readonly RunState[]).includes(state)

export type RunMode = 'initialize' | 'incremental' | 'rollback'
/**
 * What the run does: `full` reads everything and swaps tables, `mirror` reads what differs and merges, `cursor` reads beyond a
 * maximum and merges, `rollback` reads nothing and puts a swapped-out table back.
 */
export type RunStrategy = 'full' | 'mirror' | 'cursor' | 'rollback'

export interface RunRecord {
  readonly runId: string
  readonly topic: string
  readonly mode: RunMode
  readonly strategy: RunStrategy
  readonly state: RunState
  /** The topic file as it was when the run was planned, JSON. */
  readonly definition: string
  readonly sourceUrl: string
  readonly dataset: string
  readonly targetHost: string
  readonly targetDb: string
  readonly targetTable: string
  /** The condition rows are read under; null reads everything. */
  readonly sourceFilter: string | null
  readonly generation: number
  /** Set: the generation is closed because the source moved. */
  readonly movedReason: string | null
  readonly plannedRows: number
  readonly pageRows: number
  readonly pageCount: number
  /** Highest key of the target when the run was planned; rows get the keys after it. */
  readonly baseKey: number
  readonly rowsBefore: number
  readonly versionKind: 'replica' | 'metadata'
  readonly sourceVersion: string
  readonly sourceFingerprint: string
  /** The source's clock when it told its version, as the database writes times; null where nobody noted it. */
  readonly answeredAt: string | null
  /** Of a mirror run: what source and target held when they were compared, JSON. */
  readonly comparison: string | null
  /** What the next generation has to be. */
  readonly nextStrategy: 'full' | null
  /** Of a rollback: the run whose swap it undoes. */
  readonly restoresRun: string | null
  readonly requestCount: number
  readonly note: string | null
  readonly reasonCode: string | null
  readonly reason: string | null
  /** JSON, once the run is over. */
  readonly receipt: string | null
  /** UTC, `YYYY-MM-DD HH:MM:SS.mmm`, as the database writes it. */
  readonly createdAt: string
  readonly finishedAt: string | null
  /** Milliseconds since the run was created, by the database's clock. */
  readonly ageMs: number
  /** Milliseconds since its state last changed. */
  readonly stateAgeMs: number
}

/** What lists tell of a run: without its documents, which may be long. */
export type RunSummary = Omit<RunRecord, 'definition' | 'comparison' | 'receipt'>

/** The columns of a {@link RunSummary}. */
export const RUN_SUMMARY_COLUMNS = `
  run_id AS runId, topic, mode, strategy, state, source_url AS sourceUrl, dataset,
  target_host AS targetHost, target_db AS targetDb, target_table AS targetTable, source_filter AS sourceFilter,
  generation, moved_reason AS movedReason, planned_rows AS plannedRows, page_rows AS pageRows, page_count AS pageCount,
  base_key AS baseKey, rows_before AS rowsBefore, version_kind AS versionKind, source_version AS sourceVersion,
  source_fingerprint AS sourceFingerprint, answered_at AS answeredAt, next_strategy AS nextStrategy,
  restores_run AS restoresRun, request_count AS requestCount, note, reason_code AS reasonCode, reason,
  created_at AS createdAt, finished_at AS finishedAt,
  CAST(TIMESTAMPDIFF(MICROSECOND, created_at, NOW(3)) / 1000 AS SIGNED) AS ageMs,
  CAST(TIMESTAMPDIFF(MICROSECOND, moved_at, NOW(3)) / 1000 AS SIGNED) AS stateAgeMs`

/** The columns of a {@link RunRecord}, for every statement that reads one. */
export const RUN_COLUMNS = `${RUN_SUMMARY_COLUMNS}, definition, comparison, receipt`

/** An ISO text of a time the database wrote. */
export const toIsoTime = (databaseTime: string): string => `${databaseTime.replace(' ', 'T')}Z`

/** An ISO text in UTC as the database takes it. */
export const toDatabaseTime = (isoTime: string): string => isoTime.replace('T', ' ').replace('Z', '')
