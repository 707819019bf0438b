import { Command } from 'commander'
import { addCancel } from './commands/cancel.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEnqueue } from './commands/enqueue.ts'
import { addMigrate } from './commands/migrate.ts'
import { addPrune } from './commands/prune.ts'
import { addRetry } from './commands/retry.ts'
import { addRollback } from './commands/rollback.ts'
import { addRuns } from './commands/runs.ts'
import { addSchedule } from './commands/schedule.ts'
import { addSchedules } from './commands/schedules.ts'
import { addShow } from './commands/show.ts'
import { addTopics } from './commands/topics.ts'
import { addUnschedule } from './commands/unschedule.ts'
import { addVerify } from './commands/verify.ts'

const AFTER_HELP = `
Examples:
  planner migrate                                  create or update the database
  planner enqueue pet_license --initialize --wait  import everything and wait for the receipt
  planner enqueue pet_license                      bring the table up to date
  planner show pet_license                         the topic's newest run
  planner verify pet_license --deep                compare every value with the portal
  planner schedule pet_license --cron "0 3 * * *"  import it every day at 3:00 UTC
  planner rollback pet_license                     put back the table before the last swap

Exit codes: 0 done, 1 the run failed, 2 wrong usage or configuration, 3 a service can't be reached.
Configuration comes from the environment (MYSQL_URL, REDIS_URL, TOPICS_DIR, ...); the README has the table.`

/** The command line: one command per file, errors as rejections. */
export function createProgram(): Command {
  const program = new Command('planner')
    .description('Keeps verified copies of public data sets in your own SQL database.')
    .version('0.1.0')
    .showHelpAfterError('("planner --help" lists the commands)')
    .exitOverride()
    .addHelpText('after', AFTER_HELP)
  for (const add of [
    addEnqueue,
    addRuns,
    addShow,
    addVerify,
    addRetry,
    addCancel,
    addRollback,
    addSchedule,
    addSchedules,
    addUnschedule,
    addTopics,
    addMigrate,
    addDoctor,
    addPrune,
  ]) {
    add(program)
  }
  for (const command of program.commands) command.exitOverride()
  return program
}
