import { startNemesisStack } from '../nemesis/nemesis-stack.ts'
import { describeValueMismatch } from '../sweeps/value-report.ts'
import { sweepValues } from '../sweeps/value-sweep.ts'
import { listCounts, type Phase, volumeOf } from './phase.ts'

/** Random rows of every column type: all come back byte for byte. */
export const valuePhase: Phase = {
  name: 'values',
  async run(context) {
    const stack = await startNemesisStack({ rowCount: 1 })
    try {
      const { testDatabase } = stack
      const report = await sweepValues({
        seed: context.seed,
        rowCount: volumeOf(context, 1_000_000),
        testDatabase,
      })
      return {
        counts: [
          ['rows', report.rowCount],
          ['cells', report.cellCount],
          ...listCounts(report.byKind),
          ['changes a digest was to see', Object.values(report.changes).reduce((sum, n) => sum + n, 0)],
          ['stored rows changed behind its back', report.tamperings],
        ],
        violations: report.mismatches.map(describeValueMismatch),
      }
    } finally {
      await stack.close()
    }
  },
}
