import { findRunByName, isOpen, listFailedPages, readLogEntries, totalPages } from '@gather/ledger'
import type { Services } from '@gather/runs'
import type { Command } from 'commander'
import { count, printLine, table } from '../output.ts'
import { printReceipt, waitForRun } from '../wait-for-run.ts'
import { withServices } from '../with-services.ts'

const FAILED_SHOWN = 5
const LOG_SHOWN = 12

export function addShow(program: Command): void {
  program
    .command('show')
    .description("show a run: its receipt, pages and import_log rows (a topic's name means its newest run)")
    .argument('<run>', 'a run id, the beginning of one, or a topic')
    .option('--wait', 'follow the run until it is over', false)
    .option('--json', 'print one JSON document', false)
    .action(async (name: string, options: { wait: boolean; json: boolean }) => {
      await withServices(
        async (services) => {
          const run = await findRunByName(services.database, name)
          if (options.wait && isOpen(run.state)) return waitForRun(services, run.runId, options.json)
          await printReceipt(services, { run }, options.json)
          if (options.json) return
          await printPages(services, run.runId, run.generation)
          await printLog(services, run.runId)
        },
        { needsQueue: options.wait },
      )
    })
}

async function printPages(services: Services, runId: string, generation: number): Promise<void> {
  const totals = await totalPages(services.database, runId, generation)
  printLine(
    `  pages    ${count(totals.done)} done, ${count(totals.claimed)} at work, ${count(totals.open)} open, ${count(totals.failed)} failed`,
  )
  for (const page of await listFailedPages(services.database, runId, generation, FAILED_SHOWN)) {
    printLine(`  page ${page.pageNo}: ${page.errorMessage}`)
  }
}

async function printLog(services: Services, runId: string): Promise<void> {
  const entries = await readLogEntries(services.importLog, runId)
  if (entries.length === 0) return
  const shown = entries.slice(-LOG_SHOWN)
  printLine()
  if (entries.length > shown.length)
    printLine(`  (the last ${shown.length} of ${entries.length} import_log rows)`)
  printLine(
    table(shown.map((entry) => [`  ${entry.importTimestamp.slice(0, 19)}`, entry.event, entry.comments])),
  )
}
