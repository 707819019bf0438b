import { findRun, listPages, moveRun, type RunRecord, writeLogEntry } from '@gather/ledger'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

/**
 * Takes a run from `planned` to `loading`: creates staging, writes the start row, enqueues the pages. Every step may be
 * done twice, so whoever finds a planned run goes on where its planner stopped.
 */
export async function beginLoading(services: Services, runId: string): Promise<void> {
  const run = await findRun(services.database, runId)
  if (run?.state !== 'planned') return
  await services.store.createStaging(topicOf(run), run)
  await writeLogEntry(services.importLog, run, startEntry(run))
  await moveRun(services.database, runId, ['planned'], 'loading')
  await enqueueAll(services, run)
  services.log.info({ run: runId, generation: run.generation, pages: run.pageCount }, 'run.loading')
}

async function enqueueAll(services: Services, run: RunRecord): Promise<void> {
  const pages = await listPages(services.database, run.runId, run.generation)
  const open = pages.filter((page) => page.state !== 'done')
  const jobs = open.map(({ runId, generation, pageNo, enqueueNo }) => ({
    runId,
    generation,
    pageNo,
    enqueueNo,
  }))
  await services.queue.enqueuePages(jobs)
  if (jobs.length === 0) await services.queue.enqueueSettle({ runId: run.runId, generation: run.generation })
}

/** The import_log's first row of a run. */
export const startEntry = (run: RunRecord) => ({
  phase: 'start' as const,
  event: 'start' as const,
  generation: 0,
  pageNo: -1,
  chunkRowCount: 0,
  comments: `STARTING ${run.mode} import of ${run.dataset} into ${run.targetDb}.${run.targetTable}: ${run.plannedRows} rows in ${run.pageCount} pages`,
})
