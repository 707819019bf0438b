import type { LogEntry, PageId, RunRecord } from '@gather/ledger'
import { readProof } from './proof.ts'

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

/** The import_log's first row of a run. */
export const startEntry = (run: RunRecord): LogEntry => ({
  phase: 'start',
  event: 'start',
  generation: 0,
  pageNo: -1,
  chunkRowCount: 0,
  comments:
    run.strategy === 'rollback'
      ? `STARTING rollback of ${run.targetDb}.${run.targetTable} to the table before run ${run.restoresRun}`
      : `STARTING ${run.mode} import of ${run.dataset} into ${run.targetDb}.${run.targetTable}: ${run.plannedRows} rows in ${run.pageCount} pages`,
})

/** The import_log's last row of a run that is over. */
export function finalEntry(run: RunRecord): LogEntry {
  const subject = `${run.dataset} into ${run.targetDb}.${run.targetTable}`
  const common = { phase: 'final' as const, generation: 0, pageNo: -1 }
  if (run.state === 'succeeded') {
    const storedRows = readProof(run)?.counts.stored ?? run.plannedRows
    return {
      ...common,
      event: 'success',
      chunkRowCount: storedRows,
      comments: `SUCCESS: completed ${nounOf(run)} of ${subject}, ${storedRows} rows ${run.strategy === 'rollback' ? 'put back' : 'proven'}`,
    }
  }
  const reason = run.state === 'cancelled' ? 'cancelled' : `${run.reasonCode}: ${run.reason}`
  return {
    ...common,
    event: 'failure',
    chunkRowCount: 0,
    comments: `FAILURE: ${nounOf(run)} of ${subject}: ${reason}`,
  }
}

const nounOf = ({ strategy }: RunRecord): string => (strategy === 'rollback' ? 'rollback' : 'import')
