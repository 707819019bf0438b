import type { TimeRange } from './source.ts'
import { isTime } from './updated-at.ts'

/** The last millisecond that has a text of this form; nothing comes after it. */
const LAST_TIME = '9999-12-31T23:59:59.999Z'

/**
 * The SoQL condition for the rows that last changed within one of `ranges`, and with `withNull` for those without a time. It stands in
 * brackets, so that it can be joined to others. Each range is asked for half-open, up to the next millisecond.
 * @throws RangeError for a range that is none, and where nothing is asked for
 */
export function changedBetween(ranges: readonly TimeRange[], withNull = false): string {
  const conditions = [...ranges.map(withinRange), ...(withNull ? [':updated_at IS NULL'] : [])]
  if (conditions.length === 0) throw new RangeError('no range of :updated_at to ask for')
  return `(${conditions.join(' OR ')})`
}

/**
 * The SoQL condition for the rows with these ids; a row that is gone just does not come.
 * @throws RangeError for no ids
 */
export function rowIdIn(ids: readonly string[]): string {
  if (ids.length === 0) throw new RangeError('no row id to ask for')
  return `:id in (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(',')})`
}

function withinRange({ from, to }: TimeRange): string {
  if (!isTime(from) || !isTime(to) || from > to) {
    throw new RangeError(
      `${JSON.stringify({ from, to })} is no range of times such as 2019-07-23T00:00:00.000Z`,
    )
  }
  const end = to === LAST_TIME ? `<= '${to}'` : `< '${new Date(Date.parse(to) + 1).toISOString()}'`
  return `(:updated_at >= '${from}' AND :updated_at ${end})`
}
