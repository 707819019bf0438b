import { addRequests, findRun, type RunRecord, startGeneration } from '@gather/ledger'
import { Fault, LIMITS } from '@gather/platform'
import { targetRefused } from '@gather/store'
import { beginLoading } from './begin-loading.ts'
import { type ChosenStrategy, chooseStrategy } from './choose-strategy.ts'
import { comparisonOf } from './mirror/mirror-comparison.ts'
import { planGeneration } from './plan-generation.ts'
import { runLog } from './run-log.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

/**
 * Plans the next generation of a run whose source or target moved, drops what the last one loaded and enqueues the new pages.
 * @throws Fault `SOURCE_MOVING` (terminal): it moved under every generation; `SOURCE_EMPTY`, `SOURCE_SHRUNK` (terminal)
 */
export async function replanRun(services: Services, run: RunRecord, signal: AbortSignal): Promise<void> {
  if (run.generation >= LIMITS.generationsMax) throw moving(run)
  const topic = topicOf(run)
  const target = await services.store.inspectTarget(topic)
  if (target.problems.length > 0) throw targetRefused(topic.target.table, target.problems)
  const source = services.openSource(topic)
  try {
    const { pageRows } = run
    const plan = await planGeneration(
      {
        services,
        topic,
        target,
        source,
        pageRows,
        repair: undefined,
        signal,
        ...allowedBefore(run, topic.shrinkLimit),
      },
      await chooseNext(services, run, target),
    )
    const started = await startGeneration(services.database, run.runId, run.generation, plan)
    if (!started) return
    const next = { ...run, generation: run.generation + 1 }
    runLog(services, next).warn({ reason: run.movedReason }, 'run.replanned')
  } finally {
    await addRequests(services.database, run.runId, source.requestCount)
    await source.close()
  }
  await services.store.dropStaging(run)
  await beginLoading(services, run.runId)
}

/** A run keeps its strategy, unless what closed its last generation asks for a full one. */
async function chooseNext(
  services: Services,
  run: RunRecord,
  target: Parameters<typeof chooseStrategy>[2],
): Promise<ChosenStrategy> {
  const current = (await findRun(services.database, run.runId)) ?? run
  if (current.nextStrategy === 'full') {
    const note = `${current.movedReason}, so everything was read`
    return { strategy: 'full', sourceFilter: null, note }
  }
  if (run.strategy === 'mirror') return chooseStrategy(services, topicOf(run), target, false)
  const strategy = run.strategy === 'cursor' ? 'cursor' : 'full'
  return { strategy, sourceFilter: run.sourceFilter, note: run.note }
}

/** What the first plan was allowed, the next ones are too. */
function allowedBefore(run: RunRecord, shrinkLimit: number) {
  const sourceRows = run.strategy === 'mirror' ? comparisonOf(run).sourceRows : run.plannedRows
  return { allowEmpty: sourceRows === 0, allowShrink: sourceRows < run.rowsBefore * shrinkLimit }
}

const moving = (run: RunRecord): Fault =>
  new Fault({
    code: 'SOURCE_MOVING',
    kind: 'terminal',
    message: `source or table changed under each of ${run.generation} generations, in the last one: ${run.movedReason}; try again when they hold still`,
  })
