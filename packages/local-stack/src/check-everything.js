import { prepareMachine } from './full-stack.js'
import { pnpmCommand } from './install-dependencies.js'
import { rootDir } from './root-dir.js'
import { runInTerminal } from './run-in-terminal.js'
import { appEnv } from './start-apps.js'
import { startStack } from './start-stack.js'

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
  for (const script of ['check', 'check:services', 'check:faults']) {
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
