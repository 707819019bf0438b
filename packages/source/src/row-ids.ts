import { invalidBody } from './errors.ts'
import { answersDisagree } from './list-faults.ts'
import type { ListQuery } from './list-piece.ts'
import type { QueryContext } from './query-context.ts'
import { readList } from './read-list.ts'
import type { SourceRow, SourceRowIds } from './source.ts'

/** {@link Source.rowIds} */
export async function readRowIds(
  context: QueryContext,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<SourceRowIds> {
  const { url, items: ids = [], ...count } = await readList(context, idQuery(filter), signal)
  if (new Set(ids).size < ids.length) throw answersDisagree(url, 'a row id came twice')
  return { ids, ...count }
}

function idQuery(filter: string | undefined): ListQuery<string> {
  const fields = { i: ':id' }
  const itemsMax = Number.POSITIVE_INFINITY
  return { filter, fields, groupBy: undefined, parse: parseId, rowCountOf: () => 1, itemsMax }
}

function parseId(url: URL, { i: id }: SourceRow): string {
  if (typeof id !== 'string' || id === '') throw invalidBody(url, 'a row of the answer has no :id')
  return id
}
