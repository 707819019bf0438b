import { endRun, type RunRecord, type Session, saveReceipt, touchRun } from '@gather/ledger'
import { Fault, faultPoint } from '@gather/platform'
import type { Proof } from './proof.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

/**
 * Puts the table back that a swap took the place of, and ends the rollback. May be done again: that it has happened is recognised by
 * the tables.
 * @throws Fault `ROLLBACK_IMPOSSIBLE` (terminal): the table is gone
 */
export async function publishByPuttingBack(
  services: Services,
  session: Session,
  run: RunRecord,
): Promise<void> {
  const { store } = services
  const rollback = { runId: run.runId, restoresRun: run.restoresRun ?? '' }
  if (!(await store.hasPutBack(session, rollback))) {
    if ((await store.countOldRows(rollback.restoresRun)) === undefined) throw tableGone(run)
    await touchRun(session, run.runId)
    await store.putBack(session, topicOf(run), rollback)
    faultPoint('mid_publish')
  }
  const { rowCount } = await store.inspectTarget(topicOf(run))
  await saveReceipt(session, run.runId, JSON.stringify(proveRollback(run, rowCount)))
  await endRun(session, run, ['publishing'], { state: 'succeeded' })
}

const proveRollback = (run: RunRecord, rowCount: number): Proof => ({
  counts: {
    source: null,
    stored: rowCount,
    read: 0,
    inserted: rowCount,
    updated: 0,
    deleted: run.rowsBefore,
    unchanged: 0,
    rejected: 0,
    before: run.rowsBefore,
    after: rowCount,
  },
  notProven: 'that the source still holds these rows: the next incremental run reads everything',
})

const tableGone = (run: RunRecord): Fault =>
  new Fault({
    code: 'ROLLBACK_IMPOSSIBLE',
    kind: 'terminal',
    message: `the table that run ${run.restoresRun} took the place of is gone`,
  })
