import { runIncrementalSchedules } from '../sweeps/incremental-schedules.ts'
import { startMutationStack } from '../sweeps/mutation-schedules.ts'
import { listCounts, type Phase, volumeOf } from './phase.ts'

/** Source, table and processes that are changed and killed between and under incremental runs. */
export const incrementalPhase: Phase = {
  name: 'increments',
  async run(context) {
    const { seed } = context
    const stack = await startMutationStack()
    try {
      const report = await runIncrementalSchedules({ stack, seed, scheduleCount: volumeOf(context, 300) })
      return {
        counts: [
          ['incremental schedules', report.scheduleCount],
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
