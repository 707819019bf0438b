import type { RunMode } from './run-record.ts'
import type { Queryable } from './session.ts'

/** What came of an occurrence: a run was started; another one filled the table; it could not be planned. */
export type OccurrenceOutcome = 'started' | 'skipped' | 'refused'

/** A topic and the times at which it is imported. */
export interface Schedule {
  readonly topic: string
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly cron: string
  readonly timeZone: string
  readonly mode: Exclude<RunMode, 'rollback'>
}

export interface ScheduleRecord extends Schedule {
  /** What was due up to then is over. UTC, as the database writes times, like the other times here. */
  readonly dueAfter: string
  /** When the last occurrence was due; null before the first. */
  readonly lastDueAt: string | null
  readonly lastOutcome: OccurrenceOutcome | null
  /** The run that was started, or that was in the way. */
  readonly lastRunId: string | null
  /** Code and sentence of what was skipped or refused. */
  readonly lastReasonCode: string | null
  readonly lastReason: string | null
}

const SCHEDULE_COLUMNS = `
  topic, cron, time_zone AS timeZone, mode, due_after AS dueAfter, last_due_at AS lastDueAt, last_outcome AS lastOutcome,
  last_run_id AS lastRunId, last_reason_code AS lastReasonCode, last_reason AS lastReason`

/** All schedules by topic. */
export function listSchedules(database: Queryable): Promise<ScheduleRecord[]> {
  return database.rows<ScheduleRecord>(`SELECT ${SCHEDULE_COLUMNS} FROM import_schedule ORDER BY topic`)
}

/** The schedule of a topic, or undefined. */
export async function findSchedule(database: Queryable, topic: string): Promise<ScheduleRecord | undefined> {
  const [schedule] = await database.rows<ScheduleRecord>(
    `SELECT ${SCHEDULE_COLUMNS} FROM import_schedule WHERE topic = ?`,
    [topic],
  )
  return schedule
}

/** The time of the database's clock, which is one for all, as it takes times. */
export async function readClock(database: Queryable): Promise<string> {
  const [row] = await database.rows<{ now: string }>('SELECT UTC_TIMESTAMP(3) AS now')
  if (row === undefined) throw new Error('the database tells no time')
  return row.now
}

/**
 * Gives a topic its schedule, in place of the one it may have; what is remembered of that one's last occurrence stays.
 * @param now - by {@link readClock}; nothing is due before it
 */
export async function saveSchedule(database: Queryable, schedule: Schedule, now: string): Promise<void> {
  const { topic, cron, timeZone, mode } = schedule
  await database.write(
    `INSERT INTO import_schedule (topic, cron, time_zone, mode, due_after) VALUES (?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE cron = ?, time_zone = ?, mode = ?, due_after = GREATEST(?, COALESCE(last_due_at, ?))`,
    [topic, cron, timeZone, mode, now, cron, timeZone, mode, now, now],
  )
}

/** @returns false where the topic had no schedule */
export async function deleteSchedule(database: Queryable, topic: string): Promise<boolean> {
  const { affectedRows } = await database.write('DELETE FROM import_schedule WHERE topic = ?', [topic])
  return affectedRows === 1
}

/** One time of a schedule that has come. Times are in UTC, as the database takes them. */
export interface Occurrence {
  readonly topic: string
  readonly dueAt: string
  /** When it is dealt with: what else was due until then is over as well. */
  readonly takenAt: string
}

export interface OccurrenceEnd {
  readonly outcome: OccurrenceOutcome
  readonly runId?: string | undefined
  readonly reasonCode?: string | undefined
  readonly reason?: string | undefined
}

/**
 * Takes an occurrence and writes down what came of it; the guard is part of the statement.
 * @returns false where somebody else took it, or the schedule was changed or removed meanwhile
 */
export async function takeOccurrence(
  database: Queryable,
  { topic, dueAt, takenAt }: Occurrence,
  end: OccurrenceEnd,
): Promise<boolean> {
  const { affectedRows } = await database.write(
    `UPDATE import_schedule SET due_after = GREATEST(?, ?), last_due_at = ?, last_outcome = ?, last_run_id = ?,
       last_reason_code = ?, last_reason = ?
     WHERE topic = ? AND due_after < ?`,
    [
      dueAt,
      takenAt,
      dueAt,
      end.outcome,
      end.runId ?? null,
      end.reasonCode ?? null,
      end.reason?.slice(0, 2000) ?? null,
      topic,
      dueAt,
    ],
  )
  return affectedRows === 1
}
