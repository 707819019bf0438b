import { type GenerationPlan, toDatabaseTime } from '@gather/ledger'
import { retryTransient, type Source, type SourceCount } from '@gather/source'
import type { TargetState } from '@gather/store'
import type { Topic } from '@gather/topics'
import type { ChosenStrategy } from './choose-strategy.ts'
import { planMirror } from './mirror/plan-mirror.ts'
import { checkFields, sourceEmpty, sourceShrunk } from './plan-faults.ts'
import { ASK_ATTEMPTS, type Services } from './services.ts'

/** What a generation is planned from. */
export interface Planning {
  readonly services: Services
  readonly topic: Topic
  readonly target: TargetState
  readonly source: Source
  readonly pageRows: number
  readonly allowEmpty: boolean
  readonly allowShrink: boolean
  /** Of a mirror run that mends what a verification found: every row id is compared, and these rows are read in any case. */
  readonly repair: { readonly rowIds: readonly string[] } | undefined
  readonly signal: AbortSignal
}

/** Works out what a generation reads, and how that is cut. Writes nothing. */
export async function planGeneration(planning: Planning, chosen: ChosenStrategy): Promise<GenerationPlan> {
  if (chosen.strategy !== 'mirror') return planByCount(planning, chosen)
  const planned = await planMirror(planning, chosen)
  if (!('because' in planned)) return planned
  const note = `${planned.because}, so everything was read`
  return planByCount(planning, { strategy: 'full', sourceFilter: null, note })
}

async function planByCount(
  planning: Planning,
  { strategy, sourceFilter, note }: Exclude<ChosenStrategy, { strategy: 'mirror' }>,
): Promise<GenerationPlan> {
  const { source, topic, target, pageRows, signal } = planning
  const { description, count } = await askSource(source, topic, sourceFilter, signal)
  if (strategy === 'full') guardSourceRows(planning, count.rowCount)
  return {
    ...generationFigures(count, description.fingerprint),
    strategy,
    sourceFilter,
    plannedRows: count.rowCount,
    pageRows,
    baseKey: strategy === 'full' ? 0 : target.keyMax,
    rowsBefore: target.rowCount,
    comparison: null,
    note,
  }
}

/** The source's columns, then its count; transient faults are tried again a few times. */
export async function askSource(source: Source, topic: Topic, filter: string | null, signal: AbortSignal) {
  const description = await describeSource(source, topic, signal)
  return { description, count: await countSource(source, filter, signal) }
}

/** @throws Fault as {@link checkFields} and what the source says */
export async function describeSource(source: Source, topic: Topic, signal: AbortSignal) {
  const retry = { attempts: ASK_ATTEMPTS, signal }
  const description = await retryTransient(() => source.describe(signal), retry)
  checkFields(topic, description)
  return description
}

export function countSource(source: Source, filter: string | null, signal: AbortSignal) {
  return retryTransient(() => source.count(filter ?? undefined, signal), { attempts: ASK_ATTEMPTS, signal })
}

/** The part of a plan that belongs to one version of the source. */
export const generationFigures = ({ version, answeredAtMs }: SourceCount, sourceFingerprint: string) => ({
  versionKind: version.kind,
  sourceVersion: version.value,
  sourceFingerprint,
  answeredAt: toDatabaseTime(new Date(answeredAtMs).toISOString()),
})

/** @throws Fault `SOURCE_EMPTY` or `SOURCE_SHRUNK` (terminal): a run that would empty or halve its target */
export function guardSourceRows(
  {
    topic,
    target,
    allowEmpty,
    allowShrink,
  }: Pick<Planning, 'topic' | 'target' | 'allowEmpty' | 'allowShrink'>,
  rowCount: number,
): void {
  if (rowCount === 0 && !allowEmpty) throw sourceEmpty(topic, target.rowCount)
  const isShrunk = rowCount < target.rowCount * topic.shrinkLimit
  if (rowCount > 0 && isShrunk && !allowShrink) throw sourceShrunk(topic, rowCount, target.rowCount)
}
