import { closeSync, readFileSync } from 'node:fs'
import { pnpmCommand } from './install-dependencies.js'
import { openLog } from './open-log.js'
import { rootDir } from './root-dir.js'
import { appEnv } from './start-apps.js'
import { startStack } from './start-stack.js'
import { startSupervised } from './supervised-process.js'

/**
 * @typedef {object} CheckLane
 * @property {string} name of its servers and its log
 * @property {readonly string[]} scripts of the root package
 * @property {boolean} isShown at once; else all of a script's output is printed when it ends
 */

/**
 * Runs scripts one after another on servers of their own, until one fails.
 * @param {CheckLane} lane
 * @param {import('./command.js').CommandContext & {servers: import('./find-servers.js').Servers}} context
 * @returns {Promise<number>} the exit code of the script that failed, 0 where none did
 */
export async function runCheckLane({ name, scripts, isShown }, { log, onStop, servers }) {
  const stack = await startStack({ name, temporary: true, servers, log })
  onStop(stack.stop)
  const env = appEnv({ TEST_REDIS_URL: stack.redisUrl, TEST_MYSQL_ADMIN_URL: stack.mysqlAdminUrl })
  for (const script of scripts) {
    log(`pnpm ${script}${isShown ? '' : ', its output follows when it has ended'}`)
    const record = isShown ? undefined : openLog(stack.logDir, script.replace(':', '-'))
    const [command, args] = pnpmCommand(rootDir(), ['run', script])
    const output = record?.file ?? 'inherit'
    const child = await startSupervised({ command, args, env, cwd: rootDir(), output, wholeGroup: true })
    onStop(child.stop)
    const { code } = await child.exited
    if (record !== undefined) {
      closeSync(record.file)
      process.stdout.write(readFileSync(record.path))
    }
    if (code === null) return 1
    log(`pnpm ${script} ${code === 0 ? 'passed' : 'failed'}`)
    if (code !== 0) return code
  }
  return 0
}
