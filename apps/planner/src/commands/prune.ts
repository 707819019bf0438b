import { prune } from '@gather/runs'
import { type Command, InvalidArgumentError } from 'commander'
import { count, printJson, printLine } from '../output.ts'
import { withServices } from '../with-services.ts'

const DAYS_DEFAULT = 90

export function addPrune(program: Command): void {
  program
    .command('prune')
    .description('remove old ledger and import_log rows, orphan staging tables and old generations')
    .option('--days <n>', 'keep what is younger than this many days', parseDays, DAYS_DEFAULT)
    .option('--json', 'print one JSON document', false)
    .action(async (options: { days: number; json: boolean }) => {
      await withServices(
        async (services) => {
          const pruned = await prune(services, options.days)
          if (options.json) return printJson(pruned)
          printLine(
            `removed ${count(pruned.runs)} runs and ${count(pruned.logRows)} import_log rows older than ${options.days} days`,
          )
          printLine(
            pruned.tables.length === 0 ? 'no table was left over' : `dropped ${pruned.tables.join(', ')}`,
          )
        },
        { needsQueue: false },
      )
    })
}

function parseDays(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 36_500)
    throw new InvalidArgumentError('must be a whole number of days, 1 or more.')
  return value
}
