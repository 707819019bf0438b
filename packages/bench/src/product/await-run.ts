import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@gather/ledger'

const POLL_MS = 50
const RUN_MS_MAX = 60 * 60_000

export interface FinalRow {
  readonly event: 'success' | 'failure'
  readonly comments: string
  /** When it was written, milliseconds since 1970. */
  readonly writtenMs: number
}

/**
 * Waits for the final import_log row of a run.
 * @throws Error with the reason, where the run failed or a process it needs ended
 */
export async function awaitRun(
  database: Database,
  runId: string,
  failures: readonly Promise<string>[],
): Promise<FinalRow> {
  let failure: string | undefined
  for (const promise of failures) {
    promise.then((sentence) => {
      failure = sentence
    })
  }
  const startMs = performance.now()
  for (;;) {
    const row = await readFinalRow(database, runId)
    if (row?.event === 'success') return row
    if (row !== undefined) throw new Error(`run ${runId} failed: ${row.comments}`)
    if (failure !== undefined) throw new Error(failure)
    if (performance.now() - startMs > RUN_MS_MAX)
      throw new Error(`run ${runId} was not over after ${RUN_MS_MAX / 60_000} minutes`)
    await sleep(POLL_MS)
  }
}

async function readFinalRow(database: Database, runId: string): Promise<FinalRow | undefined> {
  const [row] = await database.rows<{ event: FinalRow['event']; comments: string; writtenMs: string }>(
    `SELECT event, comments, CAST(UNIX_TIMESTAMP(import_timestamp) * 1000 AS DECIMAL(20, 3)) AS writtenMs
     FROM \`${database.schema}\`.import_log WHERE run_id = ? AND phase = 'final'`,
    [runId],
  )
  return row && { ...row, writtenMs: Number(row.writtenMs) }
}
