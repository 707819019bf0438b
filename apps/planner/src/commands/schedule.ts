import { findSchedule, readClock, type Schedule, type ScheduleRecord, saveSchedule } from '@gather/ledger'
import { checkCron } from '@gather/queue'
import { nextOccurrence, type Services } from '@gather/runs'
import { loadTopic } from '@gather/topics'
import type { Command } from 'commander'
import { localTime } from '../local-time.ts'
import { printJson, printLine } from '../output.ts'
import { withServices } from '../with-services.ts'

interface ScheduleCommandOptions {
  readonly cron: string
  readonly tz: string
  readonly initialize: boolean
  readonly json: boolean
}

const AFTER_HELP = `
Examples:
  planner schedule pet_license --cron "0 3 * * *" --tz America/Los_Angeles       every day at 3:00
  planner schedule pet_license --cron "*/15 8-18 * * mon-fri"                    every quarter of an hour, on workdays
  planner schedule pet_license --cron "0 4 1 * *" --initialize                   everything, on the first of the month

The five fields are minute, hour, day of the month, month and day of the week. A listener that runs starts the imports.`

export function addSchedule(program: Command): void {
  program
    .command('schedule')
    .description('import a topic at regular times; replaces the schedule that it has')
    .argument('<topic>', 'the topic to import ("planner topics" lists them)')
    .requiredOption('--cron <expression>', 'when, as five fields of cron, such as "0 3 * * *"')
    .option('--tz <zone>', 'the time zone of these times, such as America/Los_Angeles', 'UTC')
    .option('--initialize', 'read everything each time and replace the table in one step', false)
    .option('--json', 'print one JSON document', false)
    .addHelpText('after', AFTER_HELP)
    .action(async (name: string, options: ScheduleCommandOptions) => {
      const cron = checkCron(options.cron, options.tz, new Date())
      await withServices(
        async (services) => {
          const topic = loadTopic(name, services.config.topicsDir).name
          const mode = options.initialize ? 'initialize' : 'incremental'
          const schedule = { topic, cron, timeZone: options.tz, mode } as const
          const { replaced, next } = await replaceSchedule(services, schedule)
          if (options.json) printJson({ ...schedule, nextAt: next, replaced: replaced ?? null })
          else printSchedule(schedule, next, replaced)
        },
        { needsQueue: false },
      )
    })
}

interface Replacement {
  readonly replaced: Schedule | undefined
  readonly next: Date
}

async function replaceSchedule({ database }: Services, schedule: Schedule): Promise<Replacement> {
  const before = await findSchedule(database, schedule.topic)
  const now = await readClock(database)
  await saveSchedule(database, schedule, now)
  const stored = (await findSchedule(database, schedule.topic)) ?? { ...schedule, dueAfter: now }
  return { replaced: before && timesOf(before), next: nextOccurrence(stored) }
}

const timesOf = ({ topic, cron, timeZone, mode }: ScheduleRecord): Schedule => ({
  topic,
  cron,
  timeZone,
  mode,
})

const describe = ({ cron, timeZone, mode }: Schedule): string => `"${cron}" in ${timeZone} (${mode})`

function printSchedule(schedule: Schedule, next: Date, replaced: Schedule | undefined): void {
  printLine(`${schedule.topic} is imported at ${describe(schedule)}`)
  if (replaced !== undefined) printLine(`  replaces ${describe(replaced)}`)
  printLine(`  next     ${next.toISOString()}, ${localTime(next, schedule.timeZone)}`)
}
