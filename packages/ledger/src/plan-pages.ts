import { Fault, LIMITS } from '@gather/platform'

/** A page as it is planned. */
export interface PlannedPage {
  readonly pageNo: number
  /** The condition its rows are read under; null: that of the run. */
  readonly rowFilter: string | null
  /** Rows under that condition before this page. */
  readonly rowOffset: number
  readonly plannedRows: number
  /** Rows of the run before this page: their keys follow the run's base key from here. */
  readonly keyOffset: number
}

/** Cuts `plannedRows` into pages of `pageRows`, none for zero rows; the last one is shorter. */
export function planPages(plannedRows: number, pageRows: number): PlannedPage[] {
  const pageCount = Math.ceil(plannedRows / pageRows)
  checkPageCount(pageCount)
  return Array.from({ length: pageCount }, (_, pageNo) => {
    const rowOffset = pageNo * pageRows
    const plannedPageRows = Math.min(pageRows, plannedRows - rowOffset)
    return { pageNo, rowFilter: null, rowOffset, plannedRows: plannedPageRows, keyOffset: rowOffset }
  })
}

/** @throws Fault `PLAN_TOO_MANY_PAGES` (terminal) */
export function checkPageCount(pageCount: number): void {
  if (pageCount <= LIMITS.pagesMax) return
  const message = `a run of ${pageCount} pages is over the limit of ${LIMITS.pagesMax}; raise page_rows (at most ${LIMITS.pageRowsMax})`
  throw new Fault({ code: 'PLAN_TOO_MANY_PAGES', kind: 'terminal', message })
}
