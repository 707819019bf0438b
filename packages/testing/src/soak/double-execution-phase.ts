import { startNemesisStack } from '../nemesis/nemesis-stack.ts'
import { forceDoubleExecutions } from '../sweeps/double-executions.ts'
import { raceSettlers } from '../sweeps/settle-races.ts'
import { listCounts, type Phase, volumeOf } from './phase.ts'

/** Pages and settling done by two at once: the effect is that of one. */
export const doubleExecutionPhase: Phase = {
  name: 'double-executions',
  async run(context) {
    const { seed } = context
    const stack = await startNemesisStack({
      rowCount: 1_200,
      topic: {
        page_rows: 6,
        incremental: { strategy: 'cursor', column: 'license_issue_date', operator: '>=' },
      },
      env: { JOB_LOCK_MS: '1000', WORKER_CONCURRENCY: '32' },
    })
    try {
      const doubles = await forceDoubleExecutions({ stack, seed, count: volumeOf(context, 1_000) })
      const rounds = volumeOf(context, 1_000)
      const races = await raceSettlers({ stack, seed, rounds, settlerCount: 10 })
      return {
        counts: [
          ['forced double executions of a page', doubles.doubleExecutionCount],
          ...listCounts(doubles.stops),
          ['races of ten settlers', races.roundCount],
        ],
        violations: [...doubles.violations, ...races.violations].map(
          ({ invariant, message }) => `${invariant}: ${message}`,
        ),
      }
    } finally {
      await stack.close()
    }
  },
}
