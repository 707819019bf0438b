import type { RunRecord } from '@gather/ledger'

/** What a topic's page tells of a run: without definition, comparison and whole receipt, which may be long. */
export interface TopicRun
  extends Pick<
    RunRecord,
    | 'runId'
    | 'topic'
    | 'mode'
    | 'strategy'
    | 'state'
    | 'sourceUrl'
    | 'dataset'
    | 'targetHost'
    | 'targetDb'
    | 'targetTable'
    | 'versionKind'
    | 'sourceVersion'
    | 'reasonCode'
    | 'reason'
    | 'createdAt'
    | 'finishedAt'
    | 'ageMs'
  > {
  /** Rows of the table after the run as its receipt has it, a decimal text, `null` or NULL where it did not get that far. */
  readonly rowsAfterText: string | null
}

/** The columns of a {@link TopicRun}. */
export const TOPIC_RUN_COLUMNS = `
  run_id AS runId, topic, mode, strategy, state, source_url AS sourceUrl, dataset, target_host AS targetHost,
  target_db AS targetDb, target_table AS targetTable, version_kind AS versionKind, source_version AS sourceVersion,
  reason_code AS reasonCode, reason, created_at AS createdAt, finished_at AS finishedAt,
  CAST(TIMESTAMPDIFF(MICROSECOND, created_at, NOW(3)) / 1000 AS SIGNED) AS ageMs,
  JSON_UNQUOTE(JSON_EXTRACT(receipt, '$.counts.after')) AS rowsAfterText`

/** Rows of the table after a run; undefined where it did not get that far. */
export const rowsAfter = ({ rowsAfterText }: TopicRun): number | undefined =>
  rowsAfterText !== null && /^\d+$/.test(rowsAfterText) ? Number(rowsAfterText) : undefined
