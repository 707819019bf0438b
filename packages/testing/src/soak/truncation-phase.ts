import { startNemesisStack } from '../nemesis/nemesis-stack.ts'
import { describeCut } from '../sweeps/answer-cuts.ts'
import { describeLoadCut, sweepLoads } from '../sweeps/load-sweep.ts'
import { sweepShortPages } from '../sweeps/short-page-sweep.ts'
import { sweepTruncations } from '../sweeps/truncation-sweep.ts'
import { createTestDatabase } from '../test-database.ts'
import { listCounts, type Phase, volumeOf } from './phase.ts'

/** Answers and files that end too soon: none may be stored. */
export const truncationPhase: Phase = {
  name: 'truncations',
  async run(context) {
    const { seed } = context
    const stack = await startNemesisStack({ rowCount: 1 })
    const testDatabase = await createTestDatabase({ adminUrl: stack.databaseServer.adminUrl })
    try {
      const answers = await sweepTruncations({ seed, pointCount: volumeOf(context, 2_000) })
      const pages = await sweepShortPages({
        seed,
        pointCount: volumeOf(context, 240),
        services: stack.services,
      })
      const files = await sweepLoads({ seed, pointCount: volumeOf(context, 2_000), testDatabase })
      return {
        counts: [
          ['damaged answers', answers.pointCount],
          ...listCounts(answers.byForm),
          ['short pages', pages.pointCount],
          ['damaged LOAD DATA files', files.pointCount],
          ...listCounts(files.byForm),
        ],
        violations: [
          ...[...answers.accepted, ...answers.notRetried, ...pages.accepted].map(describeCut),
          ...files.accepted.map(describeLoadCut),
        ],
      }
    } finally {
      await testDatabase.drop()
      await stack.close()
    }
  },
}
