import {
  findSchedule,
  type Schedule,
  type ScheduleRecord,
  saveSchedule,
  toDatabaseTime,
} from '@gather/ledger'
import { checkCron, nextTime } from '@gather/queue'
import type { Services } from '@gather/runs'
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
      const now = new Date()
      const cron = checkCron(options.cron, options.tz, now)
      await withServices(
        async (services) => {
          const topic = loadTopic(name, services.config.topicsDir).name
          const mode = options.initialize ? 'initialize' : 'incremental'
          const schedule = { topic, cron, timeZone: options.tz, mode } as const
          const replaced = await replaceSchedule(services, schedule, now)
          const next = nextTime(cron, options.tz, now)
          if (options.json) printJson({ ...schedule, nextAt: next, replaced: replaced ?? null })
          else printSchedule(schedule, next, replaced)
        },
        { needsQueue: false },
      )
    })
}

async function replaceSchedule(
  { database }: Services,
  schedule: Schedule,
  now: Date,
): Promise<Schedule | undefined> {
  const before = await findSchedule(database, schedule.topic)
  await saveSchedule(database, schedule, toDatabaseTime(now.toISOString()))
  return before === undefined ? undefined : timesOf(before)
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
