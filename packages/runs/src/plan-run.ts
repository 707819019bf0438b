import { createRun, type NewRun, planPages, type RunRecord } from '@gather/ledger'
import { LIMITS } from '@gather/platform'
import { retryTransient, type Source, type SourceCount, type SourceDescription } from '@gather/source'
import { type TargetState, targetRefused } from '@gather/store'
import type { Topic } from '@gather/topics'
import { chooseStrategy } from './choose-strategy.ts'
import { checkFields, sourceEmpty, sourceShrunk } from './plan-faults.ts'
import { createRunId } from './run-id.ts'
import type { Services } from './services.ts'

export interface PlanOptions {
  /** Read everything, whatever the topic's strategy is. */
  readonly initialize: boolean
  readonly allowEmpty: boolean
  readonly allowShrink: boolean
  /** Rows of a page; the topic's own by default. */
  readonly pageRows?: number | undefined
}

/** A run that has been worked out but not written anywhere. */
export type RunPlan = NewRun & { readonly pageCount: number }

/** Requests of a planner or settler for one answer, as no queue tries them again soon. */
export const ASK_ATTEMPTS = 4

/**
 * Works out a run: what is read, how many rows that is at which version, into what. Writes nothing.
 * @throws Fault terminal: `TARGET_REFUSED`, `SOURCE_COLUMN_MISSING`, `SOURCE_EMPTY`, `SOURCE_SHRUNK` and what source and database say
 */
export async function planRun(
  services: Services,
  topic: Topic,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<RunPlan> {
  const target = await services.store.inspectTarget(topic)
  if (target.problems.length > 0) throw targetRefused(topic.target.table, target.problems)
  const chosen = await chooseStrategy(services, topic, target, options.initialize)
  const source = services.openSource(topic)
  try {
    const { description, count } = await askSource(source, topic, chosen.sourceFilter, signal)
    if (chosen.strategy === 'full') guardFullRun(topic, count.rowCount, target, options)
    const pageRows = options.pageRows ?? topic.pageRows
    return {
      ...chosen,
      runId: createRunId(),
      topic: topic.name,
      definition: JSON.stringify(topic.definition),
      sourceUrl: topic.source.url,
      dataset: topic.source.dataset,
      targetHost: services.database.host,
      targetDb: services.database.schema,
      targetTable: topic.target.table,
      baseKey: chosen.strategy === 'full' ? 0 : target.keyMax,
      rowsBefore: target.rowCount,
      ...generationFigures(description, count),
      pageRows,
      pageCount: planPages(count.rowCount, pageRows).length,
      requestCount: source.requestCount,
    }
  } finally {
    await source.close()
  }
}

/** The source's columns and count; transient faults are tried again a few times. */
export async function askSource(source: Source, topic: Topic, filter: string | null, signal: AbortSignal) {
  const retry = { attempts: ASK_ATTEMPTS, signal }
  const description = await retryTransient(() => source.describe(signal), retry)
  checkFields(topic, description)
  const count = await retryTransient(() => source.count(filter ?? undefined, signal), retry)
  return { description, count }
}

/** The part of a plan that belongs to one version of the source. */
export const generationFigures = (description: SourceDescription, count: SourceCount) => ({
  plannedRows: count.rowCount,
  versionKind: count.version.kind,
  sourceVersion: count.version.value,
  sourceFingerprint: description.fingerprint,
})

/** @throws Fault `SOURCE_EMPTY` or `SOURCE_SHRUNK` (terminal): a full run that would empty or halve its target */
export function guardFullRun(
  topic: Topic,
  rowCount: number,
  target: Pick<TargetState, 'rowCount'>,
  allowed: Pick<PlanOptions, 'allowEmpty' | 'allowShrink'>,
): void {
  if (rowCount === 0 && !allowed.allowEmpty) throw sourceEmpty(topic, target.rowCount)
  const shrunk = rowCount < target.rowCount * topic.shrinkLimit
  if (rowCount > 0 && shrunk && !allowed.allowShrink) throw sourceShrunk(topic, rowCount, target.rowCount)
}

/**
 * Writes a planned run with its pages into the ledger, in state `planned`.
 * @throws Fault `RUN_OPEN` (terminal): another run of this target is not over
 */
export async function recordPlan(services: Services, plan: RunPlan): Promise<Pick<RunRecord, 'runId'>> {
  await createRun(services.database, plan)
  services.log.info(
    { run: plan.runId, topic: plan.topic, rows: plan.plannedRows, pages: plan.pageCount },
    'run.planned',
  )
  return { runId: plan.runId }
}

/** Page rows a person may ask for. */
export const isPageRows = (value: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= LIMITS.pageRowsMax
