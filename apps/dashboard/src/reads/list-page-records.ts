import { PAGE_COLUMNS, type PageRecord, type Queryable, type RunRecord } from '@gather/ledger'

/** Which pages a list is confined to. */
export const PAGE_FILTERS = ['all', 'waiting', 'at work', 'done', 'retried', 'failed'] as const
export type PageFilter = (typeof PAGE_FILTERS)[number]

const CONDITIONS: Readonly<Record<PageFilter, string>> = {
  all: 'TRUE',
  waiting: "state = 'open'",
  'at work': "state = 'claimed'",
  done: "state = 'done'",
  retried: '(attempt_count > 0 OR crash_count > 0)',
  failed: "state = 'failed'",
}

/** Pages of a run's present generation from page `from` on, the first `limit`. */
export function listPageRecords(
  database: Queryable,
  run: RunRecord,
  { filter, from, limit }: { readonly filter: PageFilter; readonly from: number; readonly limit: number },
): Promise<PageRecord[]> {
  return database.rows<PageRecord>(
    `SELECT ${PAGE_COLUMNS} FROM import_page
     WHERE run_id = ? AND generation = ? AND page_no >= ? AND ${CONDITIONS[filter]} ORDER BY page_no LIMIT ?`,
    [run.runId, run.generation, from, limit],
  )
}
