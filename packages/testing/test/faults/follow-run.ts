import { findRun, isOpen, type RunRecord, readLogEntries } from '@gather/ledger'
import {
  checkRun,
  eventually,
  portalRows,
  type RowSet,
  type TestStack,
  type Violation,
} from '@gather/testing'

/** A run that was not begun by the nemesis stack, from its end on. */
export interface FollowedRun {
  readonly run: RunRecord
  readonly violations: readonly Violation[]
}

/** Waits until a run is over and has its final row, and holds it against all invariants; `before` are the target's rows then. */
export async function followRun(stack: TestStack, runId: string, before: RowSet = []): Promise<FollowedRun> {
  const { database, importLog } = stack.services
  const run = await eventually(`the end of run ${runId}`, async () => {
    const entries = await readLogEntries(importLog, runId).catch(() => [])
    const now = await findRun(database, runId).catch(() => undefined)
    const isOver = now !== undefined && !isOpen(now.state) && entries.some((entry) => entry.phase === 'final')
    return isOver ? now : undefined
  })
  const source = portalRows(stack.portal.dataset(stack.topic.source.dataset), stack.topic)
  return {
    run,
    violations: await checkRun({ database, importLog, topic: stack.topic, runId, before, source }),
  }
}
