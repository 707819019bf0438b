import { createRun, type NewRun, pagesOf, type RunMode, type RunRecord } from '@gather/ledger'
import { LIMITS, phase, tell } from '@gather/platform'
import { targetRefused } from '@gather/store'
import type { Topic } from '@gather/topics'
import { type ChosenStrategy, chooseStrategy } from './choose-strategy.ts'
import { proveUnchanged } from './mirror/prove-mirror.ts'
import { planGeneration } from './plan-generation.ts'
import { createRunId } from './run-id.ts'
import { runLog } from './run-log.ts'
import type { Services } from './services.ts'

export interface PlanOptions {
  /** Read everything, whatever the topic's strategy is. */
  readonly initialize: boolean
  readonly allowEmpty: boolean
  readonly allowShrink: boolean
  /** Rows of a page; the topic's own by default. */
  readonly pageRows?: number | undefined
  /** A mirror run then compares every row id, and reads these rows in any case. @defaultValue as after the last success */
  readonly repair?: { readonly rowIds: readonly string[] } | undefined
}

/** A run that has been worked out but not written anywhere. */
export type RunPlan = NewRun & {
  readonly pageCount: number
  /** True where nothing is to be done: the run is over when it is recorded. */
  readonly isUnchanged: boolean
}

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
  const { target, chosen } = await phase('plan.target', () =>
    lookAtTarget(services, topic, options.initialize),
  )
  const source = services.openSource(topic)
  try {
    const { pageRows = topic.pageRows, repair } = options
    const planning = { services, topic, target, source, ...options, pageRows, repair, signal }
    const generation = await phase('plan.ask', () => planGeneration(planning, chosen))
    const pageCount = pagesOf(generation).length
    const isUnchanged =
      generation.strategy === 'mirror' && pageCount === 0 && generation.deletions?.length === 0
    return {
      ...identityOf(services, topic, options.initialize ? 'initialize' : 'incremental'),
      ...generation,
      basedOn: basisOf(chosen),
      // What a repair is to do is not kept: a source that moves is then read whole.
      nextStrategy: repair === undefined ? null : 'full',
      requestCount: source.requestCount,
      pageCount,
      isUnchanged,
      ...(isUnchanged ? { receipt: JSON.stringify(proveUnchanged(generation)) } : {}),
    }
  } finally {
    await source.close()
  }
}

async function lookAtTarget(services: Services, topic: Topic, initialize: boolean) {
  const target = await services.store.inspectTarget(topic)
  if (target.problems.length > 0) throw targetRefused(topic.target.table, target.problems)
  return { target, chosen: await chooseStrategy(services, topic, target, initialize) }
}

const basisOf = (chosen: ChosenStrategy): string | undefined =>
  chosen.strategy === 'mirror' ? chosen.last.runId : undefined

/** Which run it is, from where to where. */
export const identityOf = (services: Services, topic: Topic, mode: RunMode) => ({
  runId: createRunId(),
  topic: topic.name,
  mode,
  definition: JSON.stringify(topic.definition),
  sourceUrl: topic.source.url,
  dataset: topic.source.dataset,
  targetHost: services.database.host,
  targetDb: services.database.schema,
  targetTable: topic.target.table,
})

/**
 * Writes a planned run with its pages into the ledger, in state `planned`.
 * @throws Fault `RUN_OPEN` (terminal): another run of this target is not over; `PLAN_OVERTAKEN` (transient): one has just succeeded
 */
export async function recordPlan(services: Services, plan: RunPlan): Promise<Pick<RunRecord, 'runId'>> {
  await createRun(services.database, plan)
  const log = runLog(services, { ...plan, generation: 1 })
  log.info(
    { rows: plan.plannedRows, pages: plan.pageCount },
    plan.isUnchanged ? 'run.unchanged' : 'run.planned',
  )
  if (plan.isUnchanged) tell('run.ended', { topic: plan.topic, state: 'succeeded' })
  return { runId: plan.runId }
}

/** Page rows a person may ask for. */
export const isPageRows = (value: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= LIMITS.pageRowsMax
