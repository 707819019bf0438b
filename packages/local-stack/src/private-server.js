import { closeSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from './free-port.js'
import { openLog } from './open-log.js'
import { identifyProcess, isRunning } from './process-identity.js'
import { lastLines } from './run-command.js'
import { SetupProblem } from './setup-problem.js'
import { endOrphan, startSupervised } from './supervised-process.js'
import { waitUntil } from './wait-until.js'

/** A crashed server may have a long log to read back before it answers. */
const READY_MS = 120_000
const STOP_GRACE_MS = 10_000

/**
 * @typedef {object} Place
 * @property {number} port
 * @property {string} runDir short-lived folder with a short path (a socket's may have 107 bytes), for this user only
 */

/**
 * @typedef {object} PrivateServerOptions
 * @property {string} name of its log and its process file
 * @property {string} dataDir
 * @property {number | undefined} port default: a free one
 * @property {(place: Place) => {command: string, args: string[]}} prepare writes what the server reads at its start
 * @property {(place: Place) => Promise<boolean>} isReady by really connecting
 */

/** @typedef {import('./supervised-process.js').SupervisedProcess} SupervisedProcess */
/** @typedef {{port: number} & Pick<SupervisedProcess, 'pid' | 'exited' | 'signal' | 'stop'>} PrivateServer */

/**
 * Starts a server of ours on 127.0.0.1 and waits until it answers.
 * @param {PrivateServerOptions} options
 * @returns {Promise<PrivateServer>}
 * @throws {SetupProblem} with the end of its log where it does not start
 */
export async function startPrivateServer(options) {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  await awaitPredecessor(options)
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort())
    const started = await tryStart(options, port)
    if (typeof started !== 'string') return started
    // Between finding a free port and taking it, another program may have taken it.
    const portWasTaken = /address already in use|bind on (unix|tcp)/i.test(started)
    if (!portWasTaken || options.port !== undefined || attempt === 5) {
      throw new SetupProblem(`${options.name} did not start: ${lastLines(started, 3)}`)
    }
  }
}

/**
 * @param {PrivateServerOptions} options
 * @param {number} port
 * @returns {Promise<PrivateServer | string>} the log of a server that did not start
 */
async function tryStart(options, port) {
  const { name, dataDir } = options
  const place = { port, runDir: mkdtempSync(join(tmpdir(), 'gs-')) }
  const log = openLog(join(dataDir, 'logs'), name)
  const server = await startSupervised({
    ...options.prepare(place),
    output: log.file,
    cwd: dataDir,
    graceMs: STOP_GRACE_MS,
    removeAfter: [place.runDir],
  }).finally(() => closeSync(log.file))
  const owner = identifyProcess(process.pid) ?? ''
  writeFileSync(processFile(options), `${identifyProcess(server.pid) ?? ''}\n${owner}\n`)
  const isReady = await waitUntil(() => options.isReady(place), {
    timeoutMs: READY_MS,
    giveUp: () => !server.isAlive(),
  })
  if (isReady && server.isAlive()) {
    const { pid, exited, signal, stop } = server
    return { port, pid, exited, signal, stop }
  }
  await server.stop()
  return readFileSync(log.path, 'utf8') || 'its log is empty'
}

/**
 * A server whose owner was killed needs a moment to end; two servers on one folder would damage it.
 * @param {PrivateServerOptions} options
 */
async function awaitPredecessor(options) {
  const [server = '', owner = ''] = readProcessFile(processFile(options))
  if (!isRunning(server)) return
  if (isRunning(owner)) {
    throw new SetupProblem(
      `"${options.dataDir}" is in use by process ${owner.split('@')[0]}: stop it, or use another folder.`,
    )
  }
  const hasEnded = await waitUntil(() => !isRunning(server), { timeoutMs: STOP_GRACE_MS + 2_000 })
  if (!hasEnded) await endOrphan(server, STOP_GRACE_MS)
}

/** @param {{dataDir: string, name: string}} options */
function processFile({ dataDir, name }) {
  return join(dataDir, `${name}.process`)
}

/** @param {string} path */
function readProcessFile(path) {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}
