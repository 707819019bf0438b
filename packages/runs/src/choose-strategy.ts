import { findRun, listSucceededRunIds, type RunMode, type RunStrategy } from '@gather/ledger'
import type { TargetState } from '@gather/store'
import type { Topic } from '@gather/topics'
import { cursorFilter, isCursorTopic } from './cursor-filter.ts'
import type { Services } from './services.ts'

export interface ChosenStrategy {
  readonly mode: RunMode
  readonly strategy: RunStrategy
  /** The condition rows are read under; null reads everything. */
  readonly sourceFilter: string | null
  /** What the receipt tells about the choice and what it can't prove. */
  readonly note: string | null
}

const CURSOR_LIMITS =
  'a cursor run does not see rows that arrived late, were edited or deleted before its cursor'

/** What a run of the topic does: a full one where asked for, or where rows can't be merged; else the topic's strategy. */
export async function chooseStrategy(
  services: Services,
  topic: Topic,
  target: TargetState,
  initialize: boolean,
): Promise<ChosenStrategy> {
  const full = (note: string | null): ChosenStrategy => ({
    mode: initialize ? 'initialize' : 'incremental',
    strategy: 'full',
    sourceFilter: null,
    note,
  })
  if (target.exists && !target.mergeable)
    return full(
      `${topic.target.table} had other columns before and was replaced; the old table is kept until the next run`,
    )
  if (initialize || !isCursorTopic(topic)) return full(null)
  if (target.rowCount === 0) return full('the target was empty, so everything was read')
  if (await hasChanged(services, topic))
    return full('the topic file changed since the last run, so everything was read')
  const max = await services.store.readColumnMax(topic, topic.incremental.column)
  if (max === null) return full(`no stored row has a ${topic.incremental.column}, so everything was read`)
  return {
    mode: 'incremental',
    strategy: 'cursor',
    sourceFilter: cursorFilter(topic, max),
    note: CURSOR_LIMITS,
  }
}

/** True when the last success of the target, whichever topic it was of, stored by another topic file. */
async function hasChanged(services: Services, topic: Topic): Promise<boolean> {
  const { database } = services
  const [runId] = await listSucceededRunIds(database, database.schema, topic.target.table)
  const last = runId === undefined ? undefined : await findRun(database, runId)
  return last?.definition !== JSON.stringify(topic.definition)
}
