import type { RunRecord } from '@gather/ledger'
import { type RowSet, type TestStack, type Violation, watchRun } from '@gather/testing'

const END_WITHIN_MS = 30_000

/** A run that was not begun by the nemesis stack, from its end on. */
export interface FollowedRun {
  readonly run: RunRecord
  readonly violations: readonly Violation[]
}

/** Waits until a run is over and holds it against all invariants; `before` are the target's rows then. */
export async function followRun(stack: TestStack, runId: string, before: RowSet = []): Promise<FollowedRun> {
  const trial = watchRun(stack, { runId, before, endWithinMs: END_WITHIN_MS })
  return { run: await trial.ended(), violations: await trial.check() }
}
