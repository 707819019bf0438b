import type { LiveState } from './live-source.ts'

/** What one event of a stream carries, as JSON. */
export interface LiveUpdate {
  /** Markup of changed parts, in the order in which they are to be replaced. */
  readonly parts: readonly (readonly [id: string, markup: string])[]
  readonly texts: Readonly<Record<string, string>>
  readonly news: string
  readonly isCurrent: boolean
  readonly isOver: boolean
}

/** What of `state` differs from what was sent; all of it where nothing was. Undefined where nothing differs. */
export function updateOf(state: LiveState, sent: LiveState | undefined): LiveUpdate | undefined {
  const sentMarks = new Map(sent?.parts.map((part) => [part.id, markOf(part)]))
  const changed = state.parts.filter((part) => sentMarks.get(part.id) !== markOf(part))
  const changedIds = new Set(changed.map((part) => part.id))
  const parts = changed
    .filter(({ within }) => within === undefined || !changedIds.has(within))
    .map((part) => [part.id, part.markup.text] as const)
  const texts = Object.entries(state.texts).filter(([name, text]) => sent?.texts[name] !== text)
  const { news, isCurrent, isOver } = state
  const isSame = sent?.news === news && sent.isCurrent === isCurrent && sent.isOver === isOver
  if (isSame && parts.length === 0 && texts.length === 0) return undefined
  return { parts, texts: Object.fromEntries(texts), news, isCurrent, isOver }
}

const markOf = ({ mark, markup }: LiveState['parts'][number]): string => mark ?? markup.text

/** JSON has no line break of its own, so it is one line of data. */
export const eventText = (update: LiveUpdate): string => `event: update\ndata: ${JSON.stringify(update)}\n\n`
