import { isOpen } from '@gather/ledger'
import { rollBack } from '@gather/runs'
import { loadTopic } from '@gather/topics'
import type { Command } from 'commander'
import { printNote } from '../output.ts'
import { printReceipt } from '../wait-for-run.ts'
import { withServices } from '../with-services.ts'

interface RollbackCommandOptions {
  readonly allowEmpty: boolean
  readonly json: boolean
}

const TIMEOUT_MS = 10 * 60_000

export function addRollback(program: Command): void {
  program
    .command('rollback')
    .description(
      'put back the table from before the last table swap, in one step; a second rollback undoes it',
    )
    .argument('<topic>', 'the topic whose table is put back')
    .option('--allow-empty', 'put back a table without rows', false)
    .option('--json', 'print one JSON document', false)
    .action(async (name: string, { allowEmpty, json }: RollbackCommandOptions) => {
      await withServices(
        async (services) => {
          const topic = loadTopic(name, services.config.topicsDir)
          const signal = AbortSignal.timeout(TIMEOUT_MS)
          const run = await rollBack(services, topic, { allowEmpty, signal })
          if (isOpen(run.state)) printNote(`run ${run.runId} is recorded; a listener finishes it`)
          await printReceipt(services, { run }, json)
        },
        { needsQueue: false },
      )
    })
}
