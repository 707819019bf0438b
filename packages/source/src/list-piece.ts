import { parseBody } from './decode-body.ts'
import { invalidBody } from './errors.ts'
import type { QueryContext } from './query-context.ts'
import { type ListClauses, listUrl } from './query-url.ts'
import { readReplicaVersion } from './replica-version.ts'
import { parseRows } from './row-document.ts'
import type { SourceRow, SourceVersion } from './source.ts'

/** A list of rows in the order of their ids, or of groups in that of their key. */
export interface ListQuery<Item> {
  readonly filter: string | undefined
  /** What is selected: SoQL expressions by the name under which `parse` finds their values. */
  readonly fields: Readonly<Record<string, string>>
  /** The field that is the key of the groups; undefined for a list of rows. */
  readonly groupBy: string | undefined
  /** `values` has every field, null where the portal sent none. @throws Fault for what is none of the list's */
  readonly parse: (url: URL, values: SourceRow) => Item
  /** Rows that an item stands for, at least 1. */
  readonly rowCountOf: (item: Item) => number
  /** Reading stops when there are more. */
  readonly itemsMax: number
}

/** What one request brought of a list. */
export interface ListPiece<Item> {
  readonly url: URL
  readonly items: readonly Item[]
  /** As many as were asked for, so that there may be more. */
  readonly isFull: boolean
  readonly version: SourceVersion | undefined
}

/** Asks for a piece. Each field gets an alias of its own in each request: the URL is one that no cache has seen. */
export async function fetchPiece<Item>(
  { client, portal, freshName, listRowsMax }: QueryContext,
  query: ListQuery<Item>,
  offset: number,
  signal: AbortSignal,
): Promise<ListPiece<Item>> {
  const aliases = aliasesOf(query, freshName())
  // One more than there may be shows that there are too many.
  const limit = Math.min(listRowsMax, query.itemsMax + 1)
  const url = listUrl(portal, { ...clausesOf(query, aliases), filter: query.filter, offset, limit })
  const { headers, body } = await client.get(url, 'rows', signal)
  const version = readReplicaVersion(url, headers)
  const items = parseRows(url, parseBody(url, body), limit).map((row) =>
    query.parse(url, readValues(url, row, aliases)),
  )
  return { url, items, isFull: items.length === limit, version }
}

/** Aliases by field. */
type Aliases = ReadonlyMap<string, string>

function aliasesOf<Item>({ fields }: ListQuery<Item>, name: string): Aliases {
  return new Map(Object.keys(fields).map((field) => [field, `${field}_${name}`]))
}

function clausesOf<Item>({ fields, groupBy = '' }: ListQuery<Item>, aliases: Aliases): ListClauses {
  const select = [...aliases].map(([field, alias]) => `${fields[field]} as ${alias}`).join(',')
  const group = aliases.get(groupBy)
  return { select, group, order: group ?? ':id' }
}

/** A key that was not asked for shows that an absent one need not be a null. */
function readValues(url: URL, row: SourceRow, aliases: Aliases): SourceRow {
  const values: Record<string, unknown> = {}
  let foundCount = 0
  for (const [field, alias] of aliases) {
    values[field] = row[alias] ?? null
    if (Object.hasOwn(row, alias)) foundCount += 1
  }
  if (foundCount < Object.keys(row).length) throw invalidBody(url, 'the answer has fields not asked for')
  return values
}
