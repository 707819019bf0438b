import { spawn } from 'node:child_process'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** What the command reads from its standard input. */
  readonly input?: string
  /** Ends the command by SIGTERM. */
  readonly stop?: AbortSignal
}

/**
 * Runs a command to its end; an end with another code than 0 is a result, too, and so is one by `stop`.
 * @throws the reason of `stop`, where it has fired before
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { input = '', stop, ...options }: CommandOptions,
): Promise<CommandResult> {
  stop?.throwIfAborted()
  const child = spawn(command, args, { ...options, stdio: 'pipe' })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A command that ends without having read it all says so by its code.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const end = () => void child.kill()
  stop?.addEventListener('abort', end)
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    )
  })
  return result.finally(() => stop?.removeEventListener('abort', end))
}

/** Why no container can be run on this machine; undefined where one can. */
export async function findDockerProblem(options: CommandOptions): Promise<string | undefined> {
  try {
    const engine = await runCommand('docker', ['version', '--format', '{{.Server.Version}}'], options)
    if (engine.code !== 0) return `the Docker engine does not answer: ${lastLine(engine.stderr)}`
    const compose = await runCommand('docker', ['compose', 'version', '--short'], options)
    return compose.code === 0 ? undefined : 'docker has no "compose" (version 2 is needed)'
  } catch {
    return 'there is no "docker" on this machine'
  }
}

/** What a command that failed said last. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
