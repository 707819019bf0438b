import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts a script of this folder in a process of its own, with no environment but the given one. */
export function startScript(
  name: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, ended, printed: (text: string) => waitForText(child, () => stdout, text) }
}

/** Runs a script of this folder to its end. */
export const runScript = (
  name: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Ended> => startScript(name, env, args).ended

function waitForText(child: ChildProcess, stdout: () => string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (stdout().includes(text)) resolve()
    }
    child.stdout?.on('data', check)
    child.once('close', () => reject(new Error(`the process ended before it printed "${text}"`)))
    check()
  })
}
