import type { ScheduleRecord } from '@gather/ledger'
import { findNextOccurrence, type NextOccurrence } from '@gather/runs'

/** A schedule and when it is next due. */
export interface TopicSchedule extends NextOccurrence {
  readonly schedule: ScheduleRecord
}

/** Adds the next time to a schedule as the ledger keeps it. */
export const withNextTime = (schedule: ScheduleRecord): TopicSchedule => ({
  schedule,
  ...findNextOccurrence(schedule),
})
