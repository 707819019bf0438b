import type { TimeRange } from '@gather/source'

/** Rows that last changed within a range of times. */
export interface Span extends TimeRange {
  readonly rowCount: number
}

export interface SpanLimits {
  /** Rows that nobody asked for that may be taken along, so that two spans become one. */
  readonly bridgeRowsMax: number
  /** Rows of a span that is made of several. @defaultValue any number */
  readonly rowsMax?: number
}

/** Joins neighbours among those of `spans`, which ascend, that are wanted; pure. */
export function joinSpans<Item extends Span>(
  spans: readonly Item[],
  isWanted: (span: Item) => boolean,
  { bridgeRowsMax, rowsMax = Number.POSITIVE_INFINITY }: SpanLimits,
): Span[] {
  const joined: Span[] = []
  let bridgeRows = 0
  for (const span of spans) {
    if (!isWanted(span)) {
      bridgeRows += span.rowCount
      continue
    }
    const last = joined.at(-1)
    const rowCount = (last?.rowCount ?? 0) + bridgeRows + span.rowCount
    if (last !== undefined && bridgeRows <= bridgeRowsMax && rowCount <= rowsMax)
      joined[joined.length - 1] = { from: last.from, to: span.to, rowCount }
    else joined.push({ from: span.from, to: span.to, rowCount: span.rowCount })
    bridgeRows = 0
  }
  return joined
}

/** Groups neighbours whose rows together are not more than `rowsMax`; a larger span stands alone; pure. */
export function groupSpans(spans: readonly Span[], rowsMax: number): Span[][] {
  const groups: Span[][] = []
  let rowCount = Number.POSITIVE_INFINITY
  for (const span of spans) {
    if (rowCount + span.rowCount > rowsMax) {
      groups.push([])
      rowCount = 0
    }
    groups.at(-1)?.push(span)
    rowCount += span.rowCount
  }
  return groups
}
