import { type ScheduleRecord, toIsoTime } from '@gather/ledger'
import { isFault } from '@gather/platform'
import { nextTime } from '@gather/queue'

type Times = Pick<ScheduleRecord, 'cron' | 'timeZone' | 'dueAfter'>

/** When a schedule is next due, or why that can't be told. */
export interface NextOccurrence {
  readonly nextAt: Date | null
  readonly nextFault: string | null
}

/**
 * When the next occurrence of a schedule is due; in the past where it waits to be dealt with. What else was due meanwhile is
 * over with it.
 * @throws Fault `USAGE_SCHEDULE` (terminal): its cron expression or time zone is wrong
 */
export const nextOccurrence = ({ cron, timeZone, dueAfter }: Times): Date =>
  nextTime(cron, timeZone, new Date(toIsoTime(dueAfter)))

/** For lists: a schedule that was edited by hand, or whose time zone is not known here, hides no others. */
export function findNextOccurrence(schedule: Times): NextOccurrence {
  try {
    return { nextAt: nextOccurrence(schedule), nextFault: null }
  } catch (error) {
    if (isFault(error)) return { nextAt: null, nextFault: error.message }
    throw error
  }
}
