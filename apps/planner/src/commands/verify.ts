import { EXIT_CODES } from '@gather/platform'
import { type Findings, planRun, type Receipt, type Services, startRun, verifyTopic } from '@gather/runs'
import { loadTopic, type Topic } from '@gather/topics'
import type { Command } from 'commander'
import { formatFindings } from '../format-findings.ts'
import { formatReceipt } from '../format-receipt.ts'
import { printJson, printLine, printNote } from '../output.ts'
import { followRun, takeReceipt } from '../wait-for-run.ts'
import { withServices } from '../with-services.ts'

interface VerifyCommandOptions {
  readonly deep: boolean
  readonly repair: boolean
  readonly json: boolean
}

/** A day: with `--deep` every row is read. */
const TIMEOUT_MS = 24 * 60 * 60_000

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('compare a table with its source and change nothing; exit code 1 where they differ')
    .argument('<topic>', 'the topic to verify ("planner topics" lists them)')
    .option('--deep', 'read every row and compare every value too', false)
    .option('--repair', 'mend what differs by a normal run, and wait for it', false)
    .option('--json', 'print one JSON document', false)
    .action(async (name: string, options: VerifyCommandOptions) => {
      await withServices(
        async (services) => verify(services, loadTopic(name, services.config.topicsDir), options),
        { needsQueue: options.repair },
      )
    })
}

async function verify(services: Services, topic: Topic, options: VerifyCommandOptions): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const findings = await verifyTopic(services, topic, { deep: options.deep, signal })
  const isRepaired = options.repair && !findings.isEqual
  if (!options.json) printLine(formatFindings(topic, findings, isRepaired))
  if (!findings.isEqual) process.exitCode = EXIT_CODES.runFailed
  const document = { topic: topic.name, ...withoutIds(findings) }
  const receipt = isRepaired
    ? await repair(services, topic, findings, signal).catch((error: unknown) => {
        if (options.json) printJson(document)
        throw error
      })
    : undefined
  if (options.json) return printJson({ ...document, repair: receipt })
  if (receipt !== undefined) printLine(formatReceipt(receipt))
}

/** Mends what was found by a run of the topic's strategy, where that is a mirror; else by reading everything. */
async function repair(
  services: Services,
  topic: Topic,
  { changed }: Findings,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  const rowIds = changed?.ids ?? []
  const initialize = topic.incremental.strategy !== 'mirror' || rowIds.length < (changed?.count ?? 0)
  const options = { initialize, allowEmpty: false, allowShrink: false, repair: { rowIds } }
  const plan = await planRun(services, topic, options, signal)
  await startRun(services, plan)
  printNote(`run ${plan.runId} mends it`)
  const progress = await followRun(services, plan.runId)
  if (progress === undefined) return undefined
  process.exitCode = EXIT_CODES.done
  return takeReceipt(services, progress.run)
}

/** A document that people read has examples; the ids of all changed rows may be millions. */
const withoutIds = ({ changed, ...findings }: Findings) => ({
  ...findings,
  ...(changed === undefined ? {} : { changed: { count: changed.count, examples: changed.examples } }),
})
