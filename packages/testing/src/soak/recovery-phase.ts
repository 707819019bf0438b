import { startNemesisStack } from '../nemesis/nemesis-stack.ts'
import { measureRecovery, OUTAGE_SERVERS, type RecoveryOptions } from '../sweeps/recovery.ts'
import { type Phase, volumeOf } from './phase.ts'

const OUTAGE_MS = 5 * 60_000
const RECOVERY_MS_MAX = 10_000

/** Redis and the database are away for minutes: how soon a run goes on after that. */
export const recoveryPhase: Phase = {
  name: 'recovery',
  async run(context) {
    const outageMs = volumeOf(context, OUTAGE_MS)
    const stacks = await Promise.all(
      OUTAGE_SERVERS.map(async (server) => ({ server, stack: await startSlowStack() })),
    )
    const recoveries = await Promise.all(
      stacks.map(async ({ server, stack }) => ({ server, ...(await recover({ stack, server, outageMs })) })),
    ).finally(() => Promise.all(stacks.map(({ stack }) => stack.close())))
    return {
      counts: recoveries.map(({ server, recoveryMs, state }) => [
        `${server} away for ${Math.round(outageMs / 1000)} s, run ${state}: progress after`,
        `${recoveryMs} ms`,
      ]),
      violations: recoveries.flatMap(({ server, recoveryMs, state, violations }) => [
        ...violations.map(({ invariant, message }) => `${invariant} after ${server} was away: ${message}`),
        ...(state === 'succeeded' ? [] : [`the run ${state} after ${server} was away`]),
        ...(recoveryMs <= RECOVERY_MS_MAX
          ? []
          : [`no progress for ${recoveryMs} ms after ${server} came back`]),
      ]),
    }
  },
}

/** With the times that the product has by default. */
function startSlowStack() {
  const env = { JOB_LOCK_MS: '30000', RECONCILE_INTERVAL_MS: '5000', WORKER_CONCURRENCY: '4' }
  return startNemesisStack({ rowCount: 4_000, topic: { page_rows: 20 }, env })
}

async function recover(options: RecoveryOptions) {
  await Promise.all([options.stack.start('worker'), options.stack.start('listener')])
  return measureRecovery(options)
}
