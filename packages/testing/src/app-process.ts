import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../../', import.meta.url)
const running = new Set<ChildProcess>()

/** A process of the product, started as it is in production. */
export interface AppProcess {
  readonly pid: number
  /** Everything it has printed. */
  output(): string
  /** Resolves when its output matches; rejects when it ends before. */
  waitFor(pattern: RegExp): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>
}

/** Starts `worker`, `listener` or `dashboard`. */
export function startApp(
  app: 'worker' | 'listener' | 'dashboard',
  env: Readonly<Record<string, string>>,
): AppProcess {
  return startNode([`apps/${app}/src/main.ts`], env)
}

/** Runs the planner to its end. */
export async function runPlanner(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawnNode(['apps/planner/src/main.ts', ...args], env)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, stdout, stderr }
}

/** Ends every process started here that is still alive: for `afterEach`. */
export async function stopApps(): Promise<void> {
  const ends = [...running].map((child) => new Promise((resolve) => child.on('exit', resolve)))
  for (const child of running) {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
  }
  await Promise.all(ends)
}

function startNode(args: readonly string[], env: Readonly<Record<string, string>>): AppProcess {
  const child = spawnNode(args, env)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
    })
  }
  const exited = new Promise<number | NodeJS.Signals>((resolve) =>
    child.on('exit', (code, signal) => resolve(signal ?? code ?? -1)),
  )
  return {
    pid: child.pid ?? -1,
    output: () => output,
    waitFor: (pattern) => waitForOutput(child, () => output, pattern),
    kill: (signal) => void child.kill(signal),
    exited,
  }
}

function spawnNode(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const options = { cwd: fileURLToPath(ROOT), env: { PATH: process.env.PATH ?? '', ...env } }
  const child = spawn(process.execPath, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.on('exit', () => running.delete(child))
  return child
}

function waitForOutput(child: ChildProcess, output: () => string, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (pattern.test(output())) resolve()
    }
    child.stdout?.on('data', check)
    child.stderr?.on('data', check)
    child.on('exit', () => reject(new Error(`the process ended before it printed ${pattern}:\n${output()}`)))
    check()
  })
}
