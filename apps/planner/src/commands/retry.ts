import { findRunByName } from '@gather/ledger'
import { retryOptions } from '@gather/runs'
import { loadTopic } from '@gather/topics'
import type { Command } from 'commander'
import { printNote } from '../output.ts'
import { withServices } from '../with-services.ts'
import { enqueueTopic } from './enqueue.ts'

interface RetryOptions {
  readonly wait: boolean
  readonly allowEmpty: boolean
  readonly allowShrink: boolean
  readonly json: boolean
}

export function addRetry(program: Command): void {
  program
    .command('retry')
    .description('plan a run that failed or was cancelled anew, in the same mode')
    .argument('<run>', 'a run id, the beginning of one, or a topic')
    .option('--wait', 'follow the new run and print its receipt', false)
    .option('--allow-empty', 'import a data set that is empty', false)
    .option('--allow-shrink', 'import a data set that lost most of its rows', false)
    .option('--json', 'print one JSON document', false)
    .action(async (name: string, options: RetryOptions) => {
      await withServices(async (services) => {
        const run = await findRunByName(services.database, name)
        const again = retryOptions(run)
        printNote(`planning ${run.topic} anew after run ${run.runId} (${run.state})`)
        const topic = loadTopic(run.topic, services.config.topicsDir)
        await enqueueTopic(services, topic, {
          ...options,
          ...again,
          dryRun: false,
        })
      })
    })
}
