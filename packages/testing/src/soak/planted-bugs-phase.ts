import { spawn } from 'node:child_process'
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
    const outcomes: { bug: PlantedBug; isCaught: boolean }[] = []
    try {
      for (const bug of PLANTED_BUGS) {
        const isCaught = await failsWith(bug, env)
        outcomes.push({ bug, isCaught })
        log(`planted bug ${bug.name}: ${isCaught ? 'caught' : 'NOT caught'}`)
      }
    } finally {
      await Promise.all([redis.stop(), database.stop()])
    }
    return {
      counts: [
        [
          'planted bugs caught',
          `${outcomes.filter((outcome) => outcome.isCaught).length} of ${PLANTED_BUGS.length}`,
        ],
        ...outcomes.map(
          ({ bug, isCaught }) => [`  without: ${bug.safety}`, isCaught ? 'caught' : 'MISSED'] as const,
        ),
      ],
      violations: outcomes
        .filter((outcome) => !outcome.isCaught)
        .map(({ bug }) => `the suite is green although "${bug.safety}" is taken out (${bug.name})`),
    }
  },
}

/** Whether the bug's test ran and failed: a test that was not found is no proof. */
async function failsWith(bug: PlantedBug, env: Readonly<Record<string, string>>): Promise<boolean> {
  const args = ['run', '--config', '.config/vitest.config.ts', bug.caughtBy.file, '-t', bug.caughtBy.test]
  const child = spawn('vitest', [...args, '--reporter=json'], {
    cwd: ROOT,
    env: { ...process.env, ...env, [BUG_VARIABLE]: bug.name },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await new Promise((resolve) => child.on('close', resolve))
  const result: unknown = JSON.parse(output.slice(output.indexOf('{')))
  return (
    typeof result === 'object' && result !== null && 'numFailedTests' in result && result.numFailedTests !== 0
  )
}
