import type { Topic } from '@gather/topics'

type CursorTopic = Topic & { incremental: { strategy: 'cursor' } }

export const isCursorTopic = (topic: Topic): topic is CursorTopic => topic.incremental.strategy === 'cursor'

const DAY_MS = 86_400_000

/**
 * The SoQL condition of a cursor run: beyond the highest stored value, or beyond the look-back before it.
 * @param max - the highest stored value as the database writes it
 */
export function cursorFilter(topic: CursorTopic, max: string): string {
  const { column: name, operator, lookback_days: lookbackDays } = topic.incremental
  const column = topic.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw new Error(`topic ${topic.name} has no column ${name}`)
  const isTime = column.type.kind === 'date' || column.type.kind === 'datetime'
  return `${column.from} ${operator} ${isTime ? `'${timeLiteral(max, lookbackDays)}'` : max}`
}

function timeLiteral(max: string, lookbackDays: number): string {
  const time = new Date(`${max.length === 10 ? `${max}T00:00:00.000` : max.replace(' ', 'T')}Z`)
  return new Date(time.getTime() - lookbackDays * DAY_MS).toISOString().slice(0, 23)
}
