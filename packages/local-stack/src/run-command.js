import { spawn } from 'node:child_process'

/** How much of the end of a command's output is kept, in characters. */
const OUTPUT_KEPT = 20_000

/**
 * @typedef {object} CommandResult
 * @property {number} code 127 where the command does not exist, 128 where a signal ended it
 * @property {string} output the end of what it wrote to stdout and stderr
 */

/**
 * Runs a command to its end without a terminal and without stdin. Never rejects.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, detached?: boolean}} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 128, output }))
  })
}

/**
 * The last lines that aren't empty, for a message about a failure.
 * @param {string} output
 * @param {number} [lineCount]
 */
export function lastLines(output, lineCount = 1) {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-lineCount).join('\n')
}
