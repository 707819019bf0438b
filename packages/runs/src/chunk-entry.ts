import type { LogEntry, PageId } from '@gather/ledger'

/** The import_log row of a page that is stored. */
export const chunkEntry = (
  page: Omit<PageId, 'runId'> & { readonly rowOffset: number },
  rowCount: number,
): LogEntry => ({
  phase: 'chunk',
  event: 'chunk',
  generation: page.generation,
  pageNo: page.pageNo,
  chunkRowCount: rowCount,
  comments: `Chunk import (offset=${page.rowOffset}): ${rowCount} rows`,
})
