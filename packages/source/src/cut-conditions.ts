/** Some of the things asked for, and the condition that asks for exactly them. */
export interface CutCondition<Item> {
  readonly items: readonly Item[]
  readonly condition: string
}

/** Bytes that a condition takes in a URL, where most signs become three. */
export function conditionBytes(condition: string): number {
  return new URLSearchParams([['', condition]]).toString().length - '='.length
}

/**
 * Cuts a list, in its order, into as few conditions as fit into `bytesMax` each ({@link Source.filterBytesMax}). An item too long by itself gets
 * one of its own.
 * @param conditionOf joins what it makes of each item, as `changedBetween` and `rowIdIn` do
 */
export function cutConditions<Item>(
  items: readonly Item[],
  conditionOf: (items: readonly Item[]) => string,
  bytesMax: number,
): readonly CutCondition<Item>[] {
  const cuts: Item[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const item of items) {
    const alone = conditionBytes(conditionOf([item]))
    const added = conditionBytes(conditionOf([item, item])) - alone
    if (bytes + added > bytesMax) {
      cuts.push([])
      bytes = alone - added
    }
    cuts.at(-1)?.push(item)
    bytes += added
  }
  return cuts.map((cut) => ({ items: cut, condition: conditionOf(cut) }))
}
