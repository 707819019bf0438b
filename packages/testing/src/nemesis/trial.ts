import { setTimeout as sleep } from 'node:timers/promises'
import { findRun, isOpen, type RunRecord, readLogEntries } from '@gather/ledger'
import { checkRun, type Violation } from '../checker/check-run.ts'
import { portalRows, type RowSet } from '../checker/compare-rows.ts'
import type { Reader } from '../checker/reader.ts'
import type { TestStack } from '../test-stack.ts'

/** One run under trial. */
export interface Trial {
  readonly runId: string
  /** Waits until the run is over and nothing more is to be done for it. @throws Error after `withinMs` */
  ended(withinMs?: number): Promise<RunRecord>
  /** Number of pages that are done. */
  pagesDone(): Promise<number>
  /** Holds the ended run against all invariants; `source` are the portal's rows by default. */
  check(source?: RowSet): Promise<Violation[]>
}

export interface WatchedRun {
  readonly runId: string
  /** The target's rows before the run. */
  readonly before: RowSet
  readonly reader?: Reader | undefined
  /** How long {@link Trial.ended} waits where it is not told. @defaultValue 60,000 */
  readonly endWithinMs?: number
}

const END_WITHIN_MS = 60_000

/** A run that somebody has begun, under trial. */
export function watchRun(stack: TestStack, watched: WatchedRun): Trial {
  const { runId, before, reader, endWithinMs = END_WITHIN_MS } = watched
  const { services, topic } = stack
  return {
    runId,
    ended: (withinMs = endWithinMs) => awaitEnd(stack, runId, withinMs),
    pagesDone: () => countPagesDone(stack, runId),
    async check(source = portalRows(stack.portal.dataset(topic.source.dataset), topic)) {
      const reading = await reader?.stop()
      const { database, importLog } = services
      const facts = { database, importLog, topic, runId, before, source }
      return checkRun(reading === undefined ? facts : { ...facts, reading })
    },
  }
}

const LOOK_PAUSE_MS = 50

/** Over is a run with an end, a final row and no staging; trouble in reading that is the nemesis' own doing. */
async function awaitEnd(stack: TestStack, runId: string, withinMs: number): Promise<RunRecord> {
  const deadline = performance.now() + withinMs
  let seen = 'nothing was seen of it'
  while (performance.now() < deadline) {
    try {
      const run = await findRun(stack.services.database, runId)
      const entries = await readLogEntries(stack.services.importLog, runId)
      const isLogged = entries.some((entry) => entry.phase === 'final')
      const tables = await stack.services.store.listRunTables()
      const isClean = !tables.some((table) => table.runId === runId && !table.old)
      seen = `it is ${run?.state}, ${isLogged ? 'logged' : 'not logged'}, ${isClean ? 'clean' : 'with staging'}`
      if (run !== undefined && !isOpen(run.state) && isLogged && isClean) return run
    } catch (error) {
      seen = String(error)
    }
    await sleep(LOOK_PAUSE_MS)
  }
  throw new Error(`run ${runId} was not over after ${withinMs} ms: ${seen}`)
}

async function countPagesDone({ services }: TestStack, runId: string): Promise<number> {
  const [row] = await services.database.rows<{ n: number }>(
    "SELECT COUNT(*) AS n FROM import_page WHERE run_id = ? AND state = 'done'",
    [runId],
  )
  return row?.n ?? 0
}
