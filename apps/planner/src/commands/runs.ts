import { listRuns, type RunRecord, toIsoTime } from '@gather/ledger'
import { readReceipt } from '@gather/runs'
import { type Command, InvalidArgumentError } from 'commander'
import { count, duration, printJson, printLine, table } from '../output.ts'
import { withServices } from '../with-services.ts'

const LIMIT_MAX = 1_000

export function addRuns(program: Command): void {
  program
    .command('runs')
    .description('list the newest runs')
    .option('--topic <topic>', 'only runs of this topic')
    .option('--limit <n>', 'how many', parseLimit, 20)
    .option('--json', 'print one JSON document', false)
    .action(async (options: { topic?: string; limit: number; json: boolean }) => {
      await withServices(
        async (services) => {
          const runs = await listRuns(services.database, options)
          if (options.json) return printJson(await Promise.all(runs.map((run) => readReceipt(services, run))))
          printLine(
            runs.length === 0
              ? 'there are no runs yet; "planner enqueue <topic> --initialize" makes one'
              : listing(runs),
          )
        },
        { needsQueue: false },
      )
    })
}

function listing(runs: readonly RunRecord[]): string {
  const head = ['RUN', 'TOPIC', 'MODE', 'STRATEGY', 'STATE', 'ROWS READ', 'TIME', 'STARTED', 'REASON']
  return table([head, ...runs.map(rowOf)])
}

function rowOf(run: RunRecord): string[] {
  const ms =
    run.finishedAt === null
      ? run.ageMs
      : Date.parse(toIsoTime(run.finishedAt)) - Date.parse(toIsoTime(run.createdAt))
  const started = toIsoTime(run.createdAt).slice(0, 19)
  return [
    run.runId,
    run.topic,
    run.mode,
    run.strategy,
    run.state,
    count(run.plannedRows),
    duration(ms),
    `${started}Z`,
    run.reason?.slice(0, 80) ?? '',
  ]
}

function parseLimit(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > LIMIT_MAX)
    throw new InvalidArgumentError(`must be a whole number from 1 to ${LIMIT_MAX}.`)
  return value
}
