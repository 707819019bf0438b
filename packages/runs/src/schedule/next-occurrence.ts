import { type ScheduleRecord, toIsoTime } from '@gather/ledger'
import { nextTime } from '@gather/queue'

/**
 * When the next occurrence of a schedule is due; in the past where it waits to be dealt with. What else was due meanwhile is
 * over with it.
 * @throws Fault `USAGE_SCHEDULE` (terminal): its cron expression or time zone is wrong
 */
export const nextOccurrence = ({
  cron,
  timeZone,
  dueAfter,
}: Pick<ScheduleRecord, 'cron' | 'timeZone' | 'dueAfter'>): Date =>
  nextTime(cron, timeZone, new Date(toIsoTime(dueAfter)))
