/**
 * Runs one process for a parent and ends it when the parent is gone, however the parent went: stdin is a pipe that only
 * the parent holds, so its end is the sign. Started by `supervised-process.js`, as the leader of a process group of its
 * own, so that a Ctrl-C at the terminal reaches the parent only, which then stops things in order.
 *
 * argv[2] is a {@link Plan}; what happens is written to fd 3 as one JSON document a line.
 */
import { spawn } from 'node:child_process'
import { rmSync, writeSync } from 'node:fs'

/**
 * @typedef {object} Plan
 * @property {string} command
 * @property {string[]} args
 * @property {number} graceMs from SIGTERM to SIGKILL
 * @property {string[]} removeAfter folders to delete once the process has ended
 * @property {boolean} wholeGroup signals go to everything the process has started, too
 */

/** @type {Plan} */
const plan = JSON.parse(process.argv[2] ?? '{}')
const child = spawn(plan.command, plan.args, { stdio: ['ignore', 'inherit', 'inherit'] })
let stopping = false

child.on('spawn', () => report({ pid: child.pid }))
child.on('error', (error) => {
  report({ problem: error.message })
  finish()
})
child.on('exit', (code, signal) => {
  report({ code, signal })
  finish()
})

process.stdin.on('end', stop).on('close', stop).on('error', stop).resume()
process.on('SIGTERM', stop)
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})

function stop() {
  if (stopping) return
  stopping = true
  send('SIGTERM')
  // A process that someone paused would not hear it.
  send('SIGCONT')
  setTimeout(() => send('SIGKILL'), plan.graceMs)
}

/** @param {'SIGTERM' | 'SIGCONT' | 'SIGKILL'} signal */
function send(signal) {
  try {
    if (plan.wholeGroup) process.kill(-process.pid, signal)
    else child.kill(signal)
  } catch {
    // It ended in the meantime.
  }
}

function finish() {
  for (const folder of plan.removeAfter) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}

/** @param {object} event */
function report(event) {
  try {
    writeSync(3, `${JSON.stringify(event)}\n`)
  } catch {
    // The parent is gone; there is no one to tell.
  }
}
