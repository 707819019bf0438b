import { listSchedules, type ScheduleRecord, toIsoTime } from '@gather/ledger'
import { findNextOccurrence } from '@gather/runs'
import type { Command } from 'commander'
import { localTime } from '../local-time.ts'
import { printJson, printLine, table } from '../output.ts'
import { withServices } from '../with-services.ts'

const REASON_CHARS_MAX = 100

export function addSchedules(program: Command): void {
  program
    .command('schedules')
    .description('list the schedules: when each is next, and what came of the last time')
    .option('--json', 'print one JSON document', false)
    .action(async (options: { json: boolean }) => {
      await withServices(
        async ({ database }) => {
          const schedules = await listSchedules(database)
          if (options.json) return printJson(schedules.map(documentOf))
          printLine(
            schedules.length === 0
              ? 'there are no schedules; "planner help schedule" tells how to make one'
              : table([HEAD, ...schedules.map(rowOf)]),
          )
        },
        { needsQueue: false },
      )
    })
}

const HEAD = ['TOPIC', 'CRON', 'TIME ZONE', 'MODE', 'NEXT', 'NEXT THERE', 'LAST', 'OUTCOME']

function rowOf(schedule: ScheduleRecord): string[] {
  const { topic, cron, timeZone, mode, lastDueAt } = schedule
  const { nextAt, nextFault } = findNextOccurrence(schedule)
  return [
    topic,
    cron,
    timeZone,
    mode,
    nextAt === null ? (nextFault ?? '') : shortTime(nextAt.toISOString()),
    nextAt === null ? '' : localTime(nextAt, timeZone),
    lastDueAt === null ? 'never' : shortTime(toIsoTime(lastDueAt)),
    outcomeOf(schedule),
  ]
}

const shortTime = (isoTime: string): string => `${isoTime.slice(0, 16)}Z`

function outcomeOf({ lastOutcome, lastRunId, lastReason }: ScheduleRecord): string {
  if (lastOutcome === null) return ''
  if (lastOutcome === 'started') return `started run ${lastRunId}`
  return `${lastOutcome}: ${lastReason?.slice(0, REASON_CHARS_MAX)}`
}

const documentOf = (schedule: ScheduleRecord) => ({
  topic: schedule.topic,
  cron: schedule.cron,
  timeZone: schedule.timeZone,
  mode: schedule.mode,
  ...findNextOccurrence(schedule),
  lastDueAt: schedule.lastDueAt === null ? null : toIsoTime(schedule.lastDueAt),
  lastOutcome: schedule.lastOutcome,
  lastRunId: schedule.lastRunId,
  lastReasonCode: schedule.lastReasonCode,
  lastReason: schedule.lastReason,
})
