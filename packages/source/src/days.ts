import { invalidBody } from './errors.ts'
import { answersDisagree } from './list-faults.ts'
import type { ListQuery } from './list-piece.ts'
import type { QueryContext } from './query-context.ts'
import { readList } from './read-list.ts'
import { readGroupCount } from './row-document.ts'
import type { DayBucket, SourceDays, SourceRow, TimeRange } from './source.ts'
import { readUpdatedAt } from './updated-at.ts'

/** The rows of one day; without bounds those that have no time. */
interface DayGroup {
  readonly bounds: TimeRange | undefined
  readonly rowCount: number
}

/** `datez_`, as `:updated_at` is a time in a zone. The day is only the key: its boundaries are the server's. */
const DAY_QUERY: ListQuery<DayGroup> = {
  filter: undefined,
  fields: {
    d: 'datez_trunc_ymd(:updated_at)',
    n: 'count(*)',
    f: 'min(:updated_at)',
    t: 'max(:updated_at)',
  },
  groupBy: 'd',
  parse: parseGroup,
  rowCountOf: ({ rowCount }) => rowCount,
  itemsMax: Number.POSITIVE_INFINITY,
}

/** {@link Source.days} */
export async function readDays(context: QueryContext, signal: AbortSignal): Promise<SourceDays> {
  const { url, items = [], ...count } = await readList(context, DAY_QUERY, signal)
  const days = items.flatMap(({ bounds, rowCount }) => (bounds === undefined ? [] : { ...bounds, rowCount }))
  assertApart(url, days)
  const nulls = items.filter(({ bounds }) => bounds === undefined)
  if (nulls.length > 1) throw answersDisagree(url, 'the rows without :updated_at came twice')
  return { days, nullCount: nulls[0]?.rowCount ?? 0, ...count }
}

function parseGroup(url: URL, { d: day, n, f: from, t: to }: SourceRow): DayGroup {
  const rowCount = readGroupCount(url, n)
  if (day === null && from === null && to === null) return { bounds: undefined, rowCount }
  if (day === null) throw invalidBody(url, 'a group of the answer has times but no day')
  return { bounds: { from: readUpdatedAt(url, from), to: readUpdatedAt(url, to) }, rowCount }
}

/** Days that overlap, come twice or out of order are pieces of different answers. */
function assertApart(url: URL, days: readonly DayBucket[]): void {
  const isApart = days.every(({ from, to }, index) => from <= to && (days[index - 1]?.to ?? '') < from)
  if (!isApart) throw answersDisagree(url, 'the days are not in order, or overlap')
}
