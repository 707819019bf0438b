import { Fault, LIMITS } from '@gather/platform'
import { importTopic, isPageRows, type PlanOptions, planRun, type RunPlan, type Services } from '@gather/runs'
import { loadTopic, type Topic } from '@gather/topics'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { count, printJson, printLine } from '../output.ts'
import { waitForRun } from '../wait-for-run.ts'
import { withServices } from '../with-services.ts'

interface EnqueueOptions {
  readonly import_topic?: string
  readonly initialize: boolean
  readonly pageRows?: number
  readonly wait: boolean
  readonly dryRun: boolean
  readonly allowEmpty: boolean
  readonly allowShrink: boolean
  readonly json: boolean
}

export function addEnqueue(program: Command): void {
  program
    .command('enqueue')
    .description('plan an import: count the rows, cut them into pages, enqueue one job per page')
    .argument('[topic]', 'the topic to import ("planner topics" lists them)')
    .addOption(new Option('-t, --import_topic <topic>', 'the same, as the predecessor wrote it'))
    .option('--initialize', 'read everything and replace the table in one step', false)
    .option('--page-rows <n>', "rows of a page, instead of the topic's own", parsePageRows)
    .option('--wait', 'follow the run and print its receipt', false)
    .option('--dry-run', 'print the plan and write nothing', false)
    .option('--allow-empty', 'import a data set that is empty', false)
    .option('--allow-shrink', 'import a data set that lost most of its rows', false)
    .option('--json', 'print one JSON document', false)
    .action(async (argument: string | undefined, options: EnqueueOptions) => {
      const name = topicName(argument, options.import_topic)
      await withServices(async (services) => {
        const topic = loadTopic(name, services.config.topicsDir)
        await enqueueTopic(services, topic, options)
      })
    })
}

function topicName(argument: string | undefined, option: string | undefined): string {
  const name = argument ?? option
  if (name !== undefined && (argument === undefined || option === undefined || argument === option))
    return name
  const message =
    name === undefined
      ? 'name the topic to import: planner enqueue <topic> ("planner topics" lists them)'
      : 'two different topics were named; name one'
  throw new Fault({ code: 'USAGE_TOPIC', kind: 'terminal', message })
}

function parsePageRows(text: string): number {
  const value = Number(text)
  if (!isPageRows(value))
    throw new InvalidArgumentError(`must be a whole number from 1 to ${LIMITS.pageRowsMax}.`)
  return value
}

/** Plans and starts a run of a topic; waits for it where asked. */
export async function enqueueTopic(
  services: Services,
  topic: Topic,
  options: PlanOptions & Pick<EnqueueOptions, 'wait' | 'dryRun' | 'json'>,
): Promise<void> {
  const plan = await planOrImport(services, topic, options)
  if (options.dryRun) return options.json ? printJson(describePlan(plan)) : printPlan(plan)
  if (options.wait) return waitForRun(services, plan.runId, options.json)
  if (options.json) return printJson(describePlan(plan))
  printLine(`run ${plan.runId} of ${plan.topic}: ${plan.isUnchanged ? 'nothing to do' : enqueued(plan)}`)
  printLine(`"planner show ${plan.runId}" tells ${plan.isUnchanged ? 'what it compared' : 'how far it is'}`)
}

/** A dry run is planned, and no more. */
function planOrImport(
  services: Services,
  topic: Topic,
  options: PlanOptions & Pick<EnqueueOptions, 'dryRun'>,
): Promise<RunPlan> {
  const signal = AbortSignal.timeout(PLAN_TIMEOUT_MS)
  return options.dryRun
    ? planRun(services, topic, options, signal)
    : importTopic(services, topic, options, signal)
}

const enqueued = (plan: RunPlan): string =>
  `${count(plan.plannedRows)} rows in ${count(plan.pageCount)} pages are enqueued`

const PLAN_TIMEOUT_MS = 10 * 60_000

function printPlan(plan: RunPlan): void {
  printLine(`${plan.topic}: ${plan.mode} (${plan.strategy}) of ${plan.dataset} from ${plan.sourceUrl}`)
  printLine(
    `  reads   ${count(plan.plannedRows)} rows in ${count(plan.pageCount)} pages of ${count(plan.pageRows)}${plan.sourceFilter ? ` where ${plan.sourceFilter}` : ''}`,
  )
  if (plan.deletions?.length)
    printLine(`  deletes up to ${count(plan.deletions.length)} rows that are gone or have changed`)
  printLine(`  at      source version ${plan.sourceVersion}`)
  printLine(
    `  into    ${plan.targetDb}.${plan.targetTable} on ${plan.targetHost}, which holds ${count(plan.rowsBefore)} rows`,
  )
  if (plan.note) printLine(`  note    ${plan.note}`)
  printLine('nothing was written (--dry-run)')
}

const describePlan = (plan: RunPlan) => ({
  runId: plan.runId,
  topic: plan.topic,
  mode: plan.mode,
  strategy: plan.strategy,
  filter: plan.sourceFilter,
  deletions: plan.deletions?.length ?? 0,
  rows: plan.plannedRows,
  rowsBefore: plan.rowsBefore,
  pages: plan.pageCount,
  pageRows: plan.pageRows,
  sourceVersion: plan.sourceVersion,
  target: `${plan.targetDb}.${plan.targetTable}`,
  isUnchanged: plan.isUnchanged,
  note: plan.note,
})
