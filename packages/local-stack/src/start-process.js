import { closeSync, readFileSync } from 'node:fs'
import { openLog } from './open-log.js'
import { lastLines } from './run-command.js'
import { SetupProblem } from './setup-problem.js'
import { startSupervised } from './supervised-process.js'
import { waitUntil } from './wait-until.js'

/** @type {Promise<never>} */
const never = new Promise(() => {})

/**
 * @typedef {object} ProcessOptions
 * @property {string} name of its log file
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} logDir its output goes to `<name>.log` in it
 * @property {string} [cwd]
 * @property {number} [graceMs] from SIGTERM to SIGKILL
 */

/**
 * @typedef {object} AppProcess
 * @property {string} name
 * @property {number} pid
 * @property {string} logPath
 * @property {Promise<string>} failed resolves with a sentence when it ends without having been stopped
 * @property {(isReady: (output: string) => boolean | Promise<boolean>, timeoutMs: number) => Promise<string>} waitUntilReady
 *   asks until it is so; resolves with the output so far
 * @property {() => Promise<void>} stop can be called twice
 */

/**
 * Starts one of the apps. It ends with this process, however that ends.
 * @param {ProcessOptions} options
 * @returns {Promise<AppProcess>}
 * @throws {SetupProblem} the command can't be run
 */
export async function startProcess({ name, logDir, graceMs = 15_000, ...command }) {
  const log = openLog(logDir, name)
  const child = await startSupervised({ ...command, graceMs, output: log.file }).finally(() => {
    closeSync(log.file)
  })
  let stopping = false
  /** @param {string} what */
  const explain = (what) => {
    const end = lastLines(readFileSync(log.path, 'utf8'), 3)
    return `${name} ${what}${end && `: ${end}`} (log: ${log.path})`
  }
  return {
    name,
    pid: child.pid,
    logPath: log.path,
    failed: child.exited.then(({ code, signal }) =>
      stopping ? never : explain(`ended by itself with ${signal ?? `code ${code}`}`),
    ),
    async waitUntilReady(isReady, timeoutMs) {
      const output = () => readFileSync(log.path, 'utf8')
      const hasEnded = () => !child.isAlive()
      if (await waitUntil(() => isReady(output()), { timeoutMs, giveUp: hasEnded })) return output()
      throw new SetupProblem(
        explain(hasEnded() ? 'ended while starting' : `was not ready after ${timeoutMs / 1000} s`),
        1,
      )
    },
    async stop() {
      stopping = true
      await child.stop()
    },
  }
}
