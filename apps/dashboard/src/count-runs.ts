import type { Queryable, RunState } from '@gather/ledger'

/** How many runs the ledger holds in each state that occurs. */
export async function countRuns(database: Queryable): Promise<ReadonlyMap<RunState, number>> {
  const rows = await database.rows<{ state: RunState; runs: number }>(
    'SELECT state, COUNT(*) AS runs FROM import_run GROUP BY state',
  )
  return new Map(rows.map((row) => [row.state, row.runs]))
}
