import { endRun, findRun, type RunRecord, type Session, saveReceipt, touchRun } from '@gather/ledger'
import { faultPoint, phase } from '@gather/platform'
import { endedElsewhere } from './ended-elsewhere.ts'
import { finishRun } from './finish-run.ts'
import { readProof } from './proof.ts'
import { publishByPuttingBack } from './publish-rollback.ts'
import { reportSuccess } from './report-end.ts'
import { topicOf } from './run-topic.ts'
import type { Services } from './services.ts'

/**
 * Makes a proven run's rows visible in one step and ends it. A run that is `publishing` may be handed in again: a swap that
 * has happened is recognised by its tables, a merge is one transaction with the run's end.
 */
export async function publishRun(services: Services, session: Session, run: RunRecord): Promise<void> {
  if (run.state !== 'publishing') return
  faultPoint('before_publish')
  await phase('settle.publish', () => publish(services, session, run))
  reportSuccess(services, run)
  const ended = await findRun(session, run.runId)
  if (ended !== undefined) await finishRun(services, ended)
}

function publish(services: Services, session: Session, run: RunRecord): Promise<void> {
  if (run.strategy === 'full') return publishBySwap(services, session, run)
  if (run.strategy === 'rollback') return publishByPuttingBack(services, session, run)
  return publishByMerge(services, session, run)
}

async function publishBySwap(services: Services, session: Session, run: RunRecord): Promise<void> {
  if (!(await services.store.hasSwapped(session, run))) {
    await touchRun(session, run.runId)
    await services.store.swap(session, topicOf(run), run)
    faultPoint('mid_publish')
  }
  await endRun(session, run, ['publishing'], { state: 'succeeded' })
}

async function publishByMerge(services: Services, session: Session, run: RunRecord): Promise<void> {
  await session.transaction(async () => {
    const merged = await services.store.merge(session, topicOf(run), run)
    faultPoint('mid_publish')
    const proof = readProof(run)
    const after = run.rowsBefore + merged.inserted - merged.deleted
    const unchanged = after - merged.inserted - merged.updated
    const counts = { ...proof?.counts, ...merged, unchanged, after }
    await saveReceipt(session, run.runId, JSON.stringify({ ...proof, counts }))
    const ended = await endRun(session, run, ['publishing'], { state: 'succeeded' })
    if (!ended) throw endedElsewhere(run)
  })
}
