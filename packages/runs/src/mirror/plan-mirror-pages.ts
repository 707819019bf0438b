import { checkPageCount, type PlannedPage } from '@gather/ledger'
import { changedBetween, cutConditions, rowIdIn } from '@gather/source'
import type { Differences } from './compare-target.ts'
import { groupSpans, type Span } from './spans.ts'

/** Rows to be read under one condition. */
interface Reading {
  readonly condition: string
  readonly rowCount: number
}

/**
 * The pages of a mirror run: small spans share a page, large ones are cut, rows asked for by id come last; pure.
 * @param bytesMax - of a condition in a URL
 * @throws Fault `PLAN_TOO_MANY_PAGES` (terminal)
 */
export function planMirrorPages(
  { spans, nullRows, missing }: Pick<Differences, 'spans' | 'nullRows' | 'missing'>,
  pageRows: number,
  bytesMax: number,
): PlannedPage[] {
  const readings = [
    ...groupSpans(spans, pageRows).flatMap((group) => readSpans(group, bytesMax)),
    ...(nullRows === 0 ? [] : [{ condition: changedBetween([], true), rowCount: nullRows }]),
    ...cutConditions(missing, rowIdIn, bytesMax).map(({ items, condition }) => ({
      condition,
      rowCount: items.length,
    })),
  ]
  checkPageCount(readings.reduce((sum, { rowCount }) => sum + Math.ceil(rowCount / pageRows), 0))
  const pages: PlannedPage[] = []
  let keyOffset = 0
  for (const { condition, rowCount } of readings) {
    for (let rowOffset = 0; rowOffset < rowCount; rowOffset += pageRows) {
      const plannedRows = Math.min(pageRows, rowCount - rowOffset)
      pages.push({ pageNo: pages.length, rowFilter: condition, rowOffset, plannedRows, keyOffset })
      keyOffset += plannedRows
    }
  }
  return pages
}

function readSpans(spans: readonly Span[], bytesMax: number): Reading[] {
  return cutConditions(spans, changedBetween, bytesMax).map(({ items, condition }) => ({
    condition,
    rowCount: items.reduce((sum, span) => sum + span.rowCount, 0),
  }))
}
