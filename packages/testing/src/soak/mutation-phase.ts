import { runMutationSchedules, startMutationStack } from '../sweeps/mutation-schedules.ts'
import { listCounts, type Phase, volumeOf } from './phase.ts'

/** A source that changes between the requests of a run. */
export const mutationPhase: Phase = {
  name: 'mutations',
  async run(context) {
    const { seed } = context
    const stack = await startMutationStack()
    try {
      const report = await runMutationSchedules({ stack, seed, scheduleCount: volumeOf(context, 500) })
      return {
        counts: [
          ['mutation schedules', report.scheduleCount],
          ...listCounts(report.strikes),
          ...listCounts(report.outcomes),
        ],
        violations: report.violations.map(({ invariant, message }) => `${invariant}: ${message}`),
      }
    } finally {
      await stack.close()
    }
  },
}
