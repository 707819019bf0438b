import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'
import { STRIKE_VARIABLE, STRUCK, type Strike, writeStrike } from './nemesis/strike.ts'
import { BUG_VARIABLE } from './planted-bugs/plant.ts'

const ROOT = new URL('../../../', import.meta.url)
const running = new Set<ChildProcess>()

/** A process of the product, started as it is in production. */
export interface AppProcess {
  readonly pid: number
  /** Everything it has printed. */
  output(): string
  /** Resolves when its output matches; rejects when it ends before. */
  waitFor(pattern: RegExp): Promise<void>
  /** Resolves when it has struck. One that stops itself has done so by then: a SIGCONT that came before would be lost. */
  struck(): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>
}

/** Starts `worker`, `listener` or `dashboard`; with a `strike`, it does that to itself. */
export function startApp(
  app: 'worker' | 'listener' | 'dashboard',
  env: Readonly<Record<string, string>>,
  strike?: Strike,
): AppProcess {
  return startNode([`apps/${app}/src/main.ts`], withStrike(env, strike))
}

/** Runs the planner to its end, which a `strike` may bring about. */
export async function runPlanner(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  strike?: Strike,
) {
  const child = spawnNode(['apps/planner/src/main.ts', ...args], withStrike(env, strike))
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
    async struck() {
      await waitForOutput(child, () => output, STRUCK)
      if (STRUCK.exec(output)?.[2] === 'stop')
        await eventually('its stopping', () => isStopped(child.pid ?? -1))
    },
    kill: (signal) => void child.kill(signal),
    exited,
  }
}

/** Where the system tells no states of processes, it has to be taken for done. */
function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return true
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
}

const withStrike = (env: Readonly<Record<string, string>>, strike: Strike | undefined) =>
  strike === undefined ? env : { ...env, [STRIKE_VARIABLE]: writeStrike(strike) }

const LIFELINE = fileURLToPath(new URL('nemesis/lifeline.ts', import.meta.url))
const ARM = fileURLToPath(new URL('nemesis/arm.ts', import.meta.url))
/** Hundreds of processes start in the tests: each takes half the time when it finds its modules compiled. */
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))
const PLANT = fileURLToPath(new URL('planted-bugs/preload.ts', import.meta.url))

function spawnNode(args: readonly string[], given: Readonly<Record<string, string>>): ChildProcess {
  const bug = process.env[BUG_VARIABLE]
  const env = {
    PATH: process.env.PATH ?? '',
    ...given,
    ...(bug === undefined ? { NODE_COMPILE_CACHE: COMPILE_CACHE } : { [BUG_VARIABLE]: bug }),
  }
  const preloads = [
    LIFELINE,
    ...(bug === undefined ? [] : [PLANT]),
    ...(STRIKE_VARIABLE in given ? [ARM] : []),
  ]
  const child = spawn(process.execPath, [...preloads.flatMap((path) => ['--import', path]), ...args], {
    cwd: fileURLToPath(ROOT),
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
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
