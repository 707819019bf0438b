import { invalidBody } from './errors.ts'
import { answersDisagree } from './list-faults.ts'
import type { ListQuery } from './list-piece.ts'
import type { QueryContext } from './query-context.ts'
import { readList } from './read-list.ts'
import type { DatedRowId, SourceRow, SourceRowIds } from './source.ts'
import { readUpdatedAt } from './updated-at.ts'

/** {@link Source.rowIds} */
export async function readRowIds(
  context: QueryContext,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<SourceRowIds> {
  const { url, items: rows = [], ...count } = await readList(context, idQuery(filter), signal)
  if (new Set(rows.map(({ id }) => id)).size < rows.length) throw answersDisagree(url, 'a row id came twice')
  return { rows, ...count }
}

function idQuery(filter: string | undefined): ListQuery<DatedRowId> {
  const fields = { i: ':id', u: ':updated_at' }
  const itemsMax = Number.POSITIVE_INFINITY
  return { filter, fields, groupBy: undefined, parse: parseId, rowCountOf: () => 1, itemsMax }
}

/** Ids go into messages too: what is none must not get there. */
const ROW_ID = /^[\x21-\x7e]+$/

function parseId(url: URL, { i: id, u: time }: SourceRow): DatedRowId {
  if (typeof id !== 'string' || !ROW_ID.test(id)) throw invalidBody(url, 'a row of the answer has no :id')
  return { id, updatedAt: time === null ? null : readUpdatedAt(url, time) }
}
