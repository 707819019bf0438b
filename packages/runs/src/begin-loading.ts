import { findRun, listPages, moveRun, type RunRecord, writeLogEntry } from '@gather/ledger'
import { faultPoint, phase, toFault } from '@gather/platform'
import { failRun } from './finish-run.ts'
import { startEntry } from './log-entries.ts'
import { runLog } from './run-log.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

/**
 * Takes a run from `planned` to `loading`: creates staging, writes the start row, enqueues the pages. Every step may be
 * done twice, so whoever finds a planned run goes on where its planner stopped.
 * @throws Fault: a terminal one (`TARGET_REFUSED`, rights that are missing) has failed the run
 */
export async function beginLoading(services: Services, runId: string): Promise<void> {
  const run = await findRun(services.database, runId)
  if (run?.state !== 'planned') return
  faultPoint('after_plan')
  try {
    await phase('plan.staging', () => services.store.createStaging(topicOf(run), run))
  } catch (error) {
    const fault = toFault(error)
    if (fault.kind === 'terminal')
      await failRun(services, services.database, { run, from: ['planned'], fault })
    throw fault
  }
  await logStart(services, run)
  const moved = await moveRun(services.database, run, ['planned'], 'loading')
  if (!moved) return
  await phase('plan.enqueue', () => enqueueAll(services, run))
  runLog(services, run).info({ pages: run.pageCount }, 'run.loading')
}

/** A log that is away holds nothing up: the settler writes what is missing. */
async function logStart(services: Services, run: RunRecord): Promise<void> {
  try {
    await writeLogEntry(services.importLog, run, startEntry(run))
  } catch (error) {
    runLog(services, run).warn({ err: toFault(error) }, 'import_log.skipped')
  }
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
