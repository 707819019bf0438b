import { listSchedules, type ScheduleRecord } from '@gather/ledger'
import { toFault } from '@gather/platform'
import type { SchedulerTable } from '@gather/queue'
import type { Services } from '../services.ts'
import { nextOccurrence } from './next-occurrence.ts'

/**
 * Makes the queue's job schedulers what the table of schedules says: those missing or different are set, those of no schedule are
 * removed. An occurrence that is due and that no job is there for (Redis was emptied, or the queue lost it) gets one at once.
 */
export async function reconcileSchedules(services: Services, signal: AbortSignal): Promise<void> {
  const { occurrences } = services.queue
  const schedules = await listSchedules(services.database)
  const now = new Date()
  const table = await occurrences.read(now)
  for (const schedule of schedules) {
    if (signal.aborted) return
    await mendSchedule(services, schedule, { table, now }).catch((error: unknown) => {
      services.log.warn({ err: toFault(error), topic: schedule.topic }, 'schedule.unkept')
    })
  }
  const topics = new Set(schedules.map(({ topic }) => topic))
  for (const topic of table.schedulers.keys()) if (!topics.has(topic)) await occurrences.unschedule(topic)
}

interface Look {
  readonly table: SchedulerTable
  readonly now: Date
}

async function mendSchedule(services: Services, schedule: ScheduleRecord, look: Look): Promise<void> {
  const { occurrences } = services.queue
  const { topic } = schedule
  const isDue = nextOccurrence(schedule) <= look.now
  if (!isKept(schedule, look.table)) {
    await occurrences.schedule(topic, schedule)
    services.log.info({ topic, cron: schedule.cron, timeZone: schedule.timeZone }, 'schedule.set')
  }
  if (isDue && !look.table.due.has(topic)) await occurrences.wake(topic)
}

/** Whether the queue has a scheduler for a schedule that goes on by itself, at the times of the schedule. */
export function isKept({ topic, cron, timeZone }: ScheduleRecord, { schedulers }: SchedulerTable): boolean {
  const scheduler = schedulers.get(topic)
  return scheduler?.isAlive === true && scheduler.cron === cron && scheduler.timeZone === timeZone
}
