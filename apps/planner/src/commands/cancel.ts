import { findRunByName } from '@gather/ledger'
import { cancelRun } from '@gather/runs'
import type { Command } from 'commander'
import { printLine } from '../output.ts'
import { withServices } from '../with-services.ts'

export function addCancel(program: Command): void {
  program
    .command('cancel')
    .description('stop a run that is not published yet; the table stays as it was')
    .argument('<run>', 'a run id, the beginning of one, or a topic')
    .action(async (name: string) => {
      await withServices(
        async (services) => {
          const run = await findRunByName(services.database, name)
          await cancelRun(services, run)
          printLine(`run ${run.runId} is cancelled; ${run.targetTable} is as it was before`)
        },
        { needsQueue: false },
      )
    })
}
