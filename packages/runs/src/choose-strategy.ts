import { findLastSuccess, type RunRecord } from '@gather/ledger'
import type { TargetState } from '@gather/store'
import type { Topic } from '@gather/topics'
import { cursorFilter, isCursorTopic } from './cursor-filter.ts'
import { baselineOf } from './mirror/baseline.ts'
import type { MirrorBasis } from './mirror/plan-mirror.ts'
import type { Services } from './services.ts'

/** What a run of a topic does, with what the receipt tells about the choice. */
export type ChosenStrategy =
  | ({ readonly strategy: 'mirror' } & MirrorBasis)
  | {
      readonly strategy: 'full' | 'cursor'
      /** The condition rows are read under; null reads everything. */
      readonly sourceFilter: string | null
      readonly note: string | null
    }

/** A full run where that is asked for or where rows can't be merged; else what the topic's strategy says. */
export async function chooseStrategy(
  services: Services,
  topic: Topic,
  target: TargetState,
  initialize: boolean,
): Promise<ChosenStrategy> {
  if (target.exists && !target.mergeable)
    return full(
      `${topic.target.table} had other columns before and was replaced; the old table is kept until the next table swap`,
    )
  if (initialize || topic.incremental.strategy === 'full') return full(null)
  if (target.rowCount === 0) return full('the target was empty, so everything was read')
  const last = await findLastSuccess(services.database, services.database.schema, topic.target.table)
  if (last === undefined) return full('no run is known that filled the table, so everything was read')
  if (last.strategy === 'rollback') return full('the table was rolled back, so everything was read')
  if (last.definition !== JSON.stringify(topic.definition))
    return full('the topic file changed since the last run, so everything was read')
  return isCursorTopic(topic) ? chooseCursor(services, topic) : chooseMirror(last)
}

const full = (note: string | null): ChosenStrategy => ({ strategy: 'full', sourceFilter: null, note })

function chooseMirror(last: RunRecord): ChosenStrategy {
  const baseline = baselineOf(last)
  return baseline === undefined
    ? full(`run ${last.runId} left nothing to compare with, so everything was read`)
    : { strategy: 'mirror', last, baseline }
}

async function chooseCursor(
  services: Services,
  topic: Parameters<typeof cursorFilter>[0],
): Promise<ChosenStrategy> {
  const { column } = topic.incremental
  const max = await services.store.readColumnMax(topic, column)
  return max === null
    ? full(`no stored row has a ${column}, so everything was read`)
    : { strategy: 'cursor', sourceFilter: cursorFilter(topic, max), note: null }
}
