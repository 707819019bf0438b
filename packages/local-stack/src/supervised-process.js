import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { identifyProcess, isRunning } from './process-identity.js'
import { SetupProblem } from './setup-problem.js'
import { waitUntil } from './wait-until.js'

const SUPERVISOR = fileURLToPath(new URL('./supervise.js', import.meta.url))

/**
 * @typedef {object} SupervisedOptions
 * @property {string} command
 * @property {readonly string[]} args never a secret: anyone on the machine can read them
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] default: that of this process
 * @property {number | 'inherit'} output an open file, or this process's own stdout and stderr
 * @property {number} [graceMs] from SIGTERM to SIGKILL
 * @property {readonly string[]} [removeAfter] folders to delete once the process has ended, in whatever way
 * @property {boolean} [wholeGroup] stop what the process has started, too
 */

/** @typedef {{code: number | null, signal: string | null}} Exit */

/**
 * @typedef {object} SupervisedProcess
 * @property {number} pid of the process itself, not of its supervisor
 * @property {() => boolean} isAlive
 * @property {Promise<Exit>} exited never rejects
 * @property {(signal: NodeJS.Signals) => void} signal
 * @property {() => Promise<void>} stop SIGTERM, SIGKILL after the grace; can be called twice
 */

/**
 * Starts a process that ends when this one ends, even by SIGKILL.
 * @param {SupervisedOptions} options
 * @returns {Promise<SupervisedProcess>}
 * @throws {SetupProblem} the command can't be run
 */
export async function startSupervised(options) {
  const { command, args, output, graceMs = 10_000, removeAfter = [], wholeGroup = false } = options
  const plan = JSON.stringify({ command, args, graceMs, removeAfter, wholeGroup })
  const supervisor = spawn(process.execPath, [SUPERVISOR, plan], {
    detached: true,
    stdio: ['pipe', output, output, 'pipe'],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const events = readEvents(supervisor.stdio[3])
  /** @type {Promise<Exit>} */
  const exited = new Promise((resolve) => {
    supervisor.once('close', () => resolve(events.exit() ?? { code: null, signal: 'SIGKILL' }))
  })
  supervisor.once('error', () => {})
  supervisor.stdin?.on('error', () => {})
  await Promise.race([events.started, exited])
  const pid = events.pid()
  if (pid === undefined) throw new SetupProblem(`"${command}" can't be run: ${events.problem()}`)
  const identity = identifyProcess(pid) ?? ''
  return {
    pid,
    isAlive: () => isRunning(identity),
    exited,
    signal: (signal) => sendSignal(identity, signal),
    async stop() {
      supervisor.stdin?.destroy()
      await exited
      await endOrphan(identity, graceMs)
    },
  }
}

/**
 * @param {unknown} stream
 */
function readEvents(stream) {
  /** @type {{pid?: number, code?: number | null, signal?: string | null, problem?: string}} */
  const seen = {}
  let rest = ''
  /** @type {() => void} */
  let tellStarted = () => {}
  /** @type {Promise<void>} */
  const started = new Promise((resolve) => {
    tellStarted = resolve
  })
  const source = /** @type {import('node:stream').Readable} */ (stream)
  source.on('error', () => {})
  source.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) Object.assign(seen, JSON.parse(line))
    if (seen.pid !== undefined) tellStarted()
  })
  return {
    started,
    pid: () => seen.pid,
    problem: () => seen.problem ?? 'its supervisor ended',
    exit: () => (seen.code === undefined ? undefined : { code: seen.code, signal: seen.signal ?? null }),
  }
}

/**
 * Only a supervisor that was itself killed leaves its process behind.
 * @param {string} identity
 * @param {number} graceMs
 */
export async function endOrphan(identity, graceMs) {
  if (!isRunning(identity)) return
  sendSignal(identity, 'SIGTERM')
  sendSignal(identity, 'SIGCONT')
  if (await waitUntil(() => !isRunning(identity), { timeoutMs: graceMs })) return
  sendSignal(identity, 'SIGKILL')
  await waitUntil(() => !isRunning(identity), { timeoutMs: graceMs })
}

/**
 * @param {string} identity
 * @param {NodeJS.Signals} signal
 */
function sendSignal(identity, signal) {
  if (!isRunning(identity)) return
  try {
    process.kill(Number(identity.split('@')[0]), signal)
  } catch {
    // It ended in the meantime.
  }
}
