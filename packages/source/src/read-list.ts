import { countRows, fetchMetadataVersion } from './count-rows.ts'
import { answersDisagree, assertSameVersion } from './list-faults.ts'
import { fetchPiece, type ListPiece, type ListQuery } from './list-piece.ts'
import type { QueryContext } from './query-context.ts'
import type { SourceCount, SourceVersion } from './source.ts'

/** `url` is that of the last piece, for faults about the whole. */
export interface ListAnswer<Item> extends SourceCount {
  readonly url: URL
  /** Undefined where there are more than the query's `itemsMax`. */
  readonly items: readonly Item[] | undefined
}

/**
 * Reads a list piece by piece until nothing is missing. It is whole when its items stand for as many rows as a fresh count under
 * the same filter tells, all answers being of one version. A piece may be shorter than asked for: a portal that caps its
 * answers costs requests, not rows.
 * @throws Fault `SOURCE_ANSWERS_DISAGREE` (transient) where it can't be shown to be whole
 */
export async function readList<Item>(
  context: QueryContext,
  query: ListQuery<Item>,
  signal: AbortSignal,
): Promise<ListAnswer<Item>> {
  const count = await context.retryEach(() => countRows(context, query.filter, signal), signal)
  const { url, items, rowCount } = await collectItems(context, query, count, signal)
  if (items.length > query.itemsMax) return { ...count, url, items: undefined }
  if (rowCount !== count.rowCount) {
    throw answersDisagree(url, `the list stands for ${rowCount} rows, the count is ${count.rowCount}`)
  }
  await assertUnmoved(context, url, count.version, signal)
  return { ...count, url, items }
}

interface CollectedItems<Item> {
  readonly url: URL
  readonly items: readonly Item[]
  readonly rowCount: number
}

/** Ends at a short piece once all counted rows are there, at an empty one, or when there is more than there may be. */
async function collectItems<Item>(
  context: QueryContext,
  query: ListQuery<Item>,
  count: SourceCount,
  signal: AbortSignal,
): Promise<CollectedItems<Item>> {
  const items: Item[] = []
  let rowCount = 0
  for (;;) {
    const piece = await context.retryEach(() => fetchPiece(context, query, items.length, signal), signal)
    assertVersion(piece, count.version)
    for (const item of piece.items) {
      items.push(item)
      rowCount += query.rowCountOf(item)
    }
    const isWhole = piece.items.length === 0 || (!piece.isFull && rowCount === count.rowCount)
    const isTooMuch = items.length > query.itemsMax || rowCount > count.rowCount
    if (isWhole || isTooMuch) return { url: piece.url, items, rowCount }
  }
}

/** An answer without version headers is right only where the count had none either. */
function assertVersion<Item>({ url, version }: ListPiece<Item>, first: SourceVersion): void {
  if (version !== undefined) assertSameVersion(url, first, version)
  else if (first.kind === 'replica') throw answersDisagree(url, 'one answer tells its version, another none')
}

/** Where the answers tell no version, the metadata must tell the same one afterwards. */
async function assertUnmoved(
  context: QueryContext,
  url: URL,
  first: SourceVersion,
  signal: AbortSignal,
): Promise<void> {
  if (first.kind === 'replica') return
  const now = await context.retryEach(() => fetchMetadataVersion(context, signal), signal)
  assertSameVersion(url, first, now)
}
