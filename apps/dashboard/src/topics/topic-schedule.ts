import type { ScheduleRecord } from '@gather/ledger'
import { isFault } from '@gather/platform'
import { nextOccurrence } from '@gather/runs'

/** A schedule and when it is next due; undefined where its expression tells no time. */
export interface TopicSchedule {
  readonly schedule: ScheduleRecord
  readonly nextAt: Date | undefined
}

/** Adds the next time to a schedule as the ledger keeps it. */
export function withNextTime(schedule: ScheduleRecord): TopicSchedule {
  try {
    return { schedule, nextAt: nextOccurrence(schedule) }
  } catch (error) {
    if (isFault(error)) return { schedule, nextAt: undefined }
    throw error
  }
}
