import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startKillableDatabase } from '../nemesis/killable-database.ts'
import { startKillableRedis } from '../nemesis/killable-redis.ts'
import { BUG_VARIABLE } from '../planted-bugs/plant.ts'
import { PLANTED_BUGS, type PlantedBug } from '../planted-bugs/planted-bugs.ts'
import type { Phase } from './phase.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** The suite itself is tested: with each planted bug, the test that is to catch it must fail. */
export const plantedBugsPhase: Phase = {
  name: 'planted-bugs',
  async run({ log }) {
    const [redis, database] = await Promise.all([startKillableRedis(), startKillableDatabase()])
    const env = { TEST_REDIS_URL: redis.url, TEST_MYSQL_ADMIN_URL: database.adminUrl }
    const outcomes: { bug: PlantedBug; wasCaught: boolean }[] = []
    try {
      for (const bug of PLANTED_BUGS) {
        const wasCaught = await isCaught(bug, env)
        outcomes.push({ bug, wasCaught })
        log(`planted bug ${bug.name}: ${wasCaught ? 'caught' : 'NOT caught'}`)
      }
    } finally {
      await Promise.all([redis.stop(), database.stop()])
    }
    return {
      counts: [
        [
          'planted bugs caught',
          `${outcomes.filter((outcome) => outcome.wasCaught).length} of ${PLANTED_BUGS.length}`,
        ],
        ...outcomes.map(
          ({ bug, wasCaught }) => [`  without: ${bug.safety}`, wasCaught ? 'caught' : 'MISSED'] as const,
        ),
      ],
      violations: outcomes
        .filter((outcome) => !outcome.wasCaught)
        .map(({ bug }) => `the suite is green although "${bug.safety}" is taken out (${bug.name})`),
    }
  },
}

/** Whether the bug's test passes without it and fails with it. */
async function isCaught(bug: PlantedBug, env: Readonly<Record<string, string>>): Promise<boolean> {
  const sound = await runTest(bug, env)
  if (sound.passedCount === 0 || sound.failedCount > 0)
    throw new Error(`${bug.caughtBy.file} "${bug.caughtBy.test}" does not pass without any planted bug`)
  return (await runTest(bug, { ...env, [BUG_VARIABLE]: bug.name })).failedCount > 0
}

async function runTest({ caughtBy }: PlantedBug, env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'planted-bug-'))
  const report = join(folder, 'report.json')
  const args = ['run', '--config', '.config/vitest.config.ts', caughtBy.file, '-t', caughtBy.test]
  const child = spawn('vitest', [...args, '--reporter=json', `--outputFile=${report}`], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
  await new Promise((resolve) => child.on('close', resolve))
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as TestCounts
  rmSync(folder, { recursive: true })
  return { passedCount: numPassedTests, failedCount: numFailedTests }
}

/** The part of the test runner's report that is read. */
interface TestCounts {
  readonly numPassedTests: number
  readonly numFailedTests: number
}
