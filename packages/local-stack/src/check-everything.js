import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { prepareMachine } from './full-stack.js'
import { pnpmCommand } from './install-dependencies.js'
import { rootDir } from './root-dir.js'
import { runInTerminal } from './run-in-terminal.js'
import { appEnv } from './start-apps.js'
import { startStack } from './start-stack.js'

const REAL_EXPORT = '../shared/data/seattle_pet_licenses_2019-07.csv.gz'

/**
 * `npm test`: every check and test, the first failure ends it.
 * @param {import('./command.js').CommandContext} context
 * @returns {Promise<number>} the exit code of the first command that failed
 */
export async function checkEverything({ log, onStop }) {
  const startedMs = Date.now()
  const servers = await prepareMachine({ log, onStop })
  const stack = await startStack({ name: 'test', temporary: true, servers, log })
  onStop(stack.stop)
  const env = appEnv({ TEST_REDIS_URL: stack.redisUrl, TEST_MYSQL_ADMIN_URL: stack.mysqlAdminUrl })
  const hasExports = existsSync(join(rootDir(), REAL_EXPORT))
  if (!hasExports) log('no real exports in ../shared/data beside this folder: check:real is left out')
  const scripts = ['check', 'check:services', ...(hasExports ? ['check:real'] : []), 'check:faults']
  for (const script of scripts) {
    log(`pnpm ${script}`)
    const [command, args] = pnpmCommand(rootDir(), ['run', script])
    const code = await runInTerminal({ command, args, env, cwd: rootDir() }, onStop)
    if (code !== 0) {
      log(`pnpm ${script} failed`)
      return code
    }
  }
  log(`all checks and tests passed in ${Math.round((Date.now() - startedMs) / 1000)} s`)
  return 0
}
