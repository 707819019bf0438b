import { requireNode } from './install-dependencies.js'
import { SetupProblem } from './setup-problem.js'

/** npm passes a Ctrl-C on to what the terminal has told already, so the same one arrives twice. */
const SAME_SIGNAL_MS = 500
const SIGNALS = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })

/**
 * @typedef {object} CommandContext
 * @property {readonly string[]} args of the command line
 * @property {(line: string) => void} log one line on stdout, with the time since the start
 * @property {(stop: () => Promise<unknown>) => void} onStop stopped in reverse order at the end, whatever the end is
 */

/**
 * Runs a command of this package as the process's only task: exit code, clean-up and signals.
 * @param {(context: CommandContext) => Promise<number>} main returns the exit code
 */
export async function runAsProcess(main) {
  const startedMs = Date.now()
  /** @type {(() => Promise<unknown>)[]} */
  const stops = []
  const stopAll = async () => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop().catch(complain)
  }
  let signalledMs = 0
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, async () => {
      if (signalledMs > 0 && Date.now() - signalledMs < SAME_SIGNAL_MS) return
      if (signalledMs > 0) process.exit(code)
      signalledMs = Date.now()
      console.error('\nstopping (once more: at once)')
      await stopAll()
      process.exit(code)
    })
  }
  /** @param {string} line */
  const log = (line) => {
    if (signalledMs === 0)
      console.log(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}`)
  }
  let code = 1
  try {
    requireNode(process.versions.node)
    code = await main({ args: process.argv.slice(2), log, onStop: (stop) => stops.push(stop) })
  } catch (error) {
    if (signalledMs === 0) code = complain(error)
  }
  if (signalledMs > 0) return
  await stopAll()
  process.exit(code)
}

/**
 * @param {unknown} error
 * @returns {number} the exit code it asks for
 */
function complain(error) {
  if (error instanceof SetupProblem) {
    console.error(error.message)
    return error.exitCode
  }
  const isDenied =
    error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')
  if (isDenied)
    console.error(`${error.message}: the folder belongs to another user; change its owner or remove it.`)
  else console.error(error)
  return 1
}
