import { addRequests, type RunRecord, startGeneration } from '@gather/ledger'
import { Fault, LIMITS } from '@gather/platform'
import { beginLoading } from './begin-loading.ts'
import { askSource, generationFigures, guardFullRun } from './plan-run.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

/**
 * Plans the next generation of a run whose source moved, drops what the last one loaded and enqueues the new pages.
 * @throws Fault `SOURCE_MOVING` (terminal): it moved under every generation; `SOURCE_EMPTY`, `SOURCE_SHRUNK` (terminal)
 */
export async function replanRun(services: Services, run: RunRecord, signal: AbortSignal): Promise<void> {
  if (run.generation >= LIMITS.generationsMax) throw moving(run)
  const topic = topicOf(run)
  const source = services.openSource(topic)
  try {
    const { description, count } = await askSource(source, topic, run.sourceFilter, signal)
    if (run.strategy === 'full')
      guardFullRun(topic, count.rowCount, { rowCount: run.rowsBefore }, allowedBefore(run, topic.shrinkLimit))
    const plan = {
      sourceFilter: run.sourceFilter,
      pageRows: run.pageRows,
      ...generationFigures(description, count),
    }
    const started = await startGeneration(services.database, run.runId, run.generation, plan)
    if (!started) return
    services.log.warn(
      { run: run.runId, generation: run.generation + 1, reason: run.movedReason },
      'run.replanned',
    )
  } finally {
    await addRequests(services.database, run.runId, source.requestCount)
    await source.close()
  }
  await services.store.dropStaging(run)
  await beginLoading(services, run.runId)
}

/** What the first plan was allowed, the next ones are too. */
const allowedBefore = (run: RunRecord, shrinkLimit: number) => ({
  allowEmpty: run.plannedRows === 0,
  allowShrink: run.plannedRows < run.rowsBefore * shrinkLimit,
})

const moving = (run: RunRecord): Fault =>
  new Fault({
    code: 'SOURCE_MOVING',
    kind: 'terminal',
    message: `the source changed under each of ${run.generation} generations: ${run.movedReason}; try again when it holds still`,
  })
