import type { SourceRows } from '@gather/source'
import { type EncodedPage, encodePage } from '@gather/store'
import type { Topic } from '@gather/topics'

/**
 * Encodes a page whose rows are parsed as they are reached. What is wrong with a value counts only where the body is whole.
 * @throws Fault `SOURCE_BODY_INVALID` (transient) and as {@link encodePage}
 */
export function encodeWhole(topic: Topic, rows: SourceRows, firstKey: number): EncodedPage {
  try {
    return encodePage(topic, rows, firstKey)
  } catch (error) {
    goThrough(rows)
    throw error
  }
}

/**
 * Parses rows to the last: a damaged body may seem to have another number of them, which says nothing of the source.
 * @throws Fault `SOURCE_BODY_INVALID` (transient)
 */
export function goThrough(rows: SourceRows): void {
  for (const _ of rows);
}
