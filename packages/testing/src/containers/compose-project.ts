import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type CommandOptions, type CommandResult, lastLine, runCommand } from './run-docker.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
/** Nothing of the caller's own settings reaches the project, but where Docker and the package registry are. */
const KEPT = /^(PATH|HOME|DOCKER_\w+|BUILDX_\w+|BUILDKIT_\w+|XDG_\w+|NPM_CONFIG_REGISTRY|NPMRC)$/
/** As long as a command that is told to end may take before its containers are taken from it. */
const END_WITHIN_MS = 30_000

export interface Container {
  readonly id: string
  readonly service: string
  /** `running`, `exited`, ... */
  readonly state: string
  /** `healthy`, `starting`, `unhealthy`, or empty where nothing checks it. */
  readonly health: string
  readonly exitCode: number
}

/** The containers of this checkout under a project name, passwords and a port of their own. */
export class ComposeProject {
  readonly name: string
  readonly secretsDir = mkdtempSync(join(tmpdir(), 'gather-secrets-'))
  readonly #env: NodeJS.ProcessEnv
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<CommandResult>>()

  constructor(options: { readonly name: string; readonly dashboardPort: number }) {
    this.name = options.name
    const kept = Object.entries(process.env).filter(([key]) => KEPT.test(key))
    this.#env = {
      ...Object.fromEntries(kept),
      SECRETS_DIR: this.secretsDir,
      DASHBOARD_PORT: String(options.dashboardPort),
      COMPOSE_PROFILES: 'demo',
      // What a killed worker holds is taken over sooner.
      JOB_LOCK_MS: '10000',
    }
  }

  /** Makes the passwords as a newcomer does. */
  async createSecrets(): Promise<void> {
    const { code, stderr } = await this.#run('sh', ['apps/create-secrets.sh'])
    if (code !== 0) throw new Error(`apps/create-secrets.sh failed: ${lastLine(stderr)}`)
  }

  /** The passwords as they stand in the files; those of URLs without the rest. */
  readPasswords(): string[] {
    const texts = readdirSync(this.secretsDir).map((name) =>
      readFileSync(join(this.secretsDir, name), 'utf8'),
    )
    const passwords = texts.flatMap((text) => text.match(/[0-9a-f]{48}/g) ?? [])
    return [...new Set(passwords)]
  }

  /** Runs `docker compose ...` on this project, whatever it ends with. */
  tryCompose(
    args: readonly string[],
    changes: { env?: NodeJS.ProcessEnv; input?: string } = {},
  ): Promise<CommandResult> {
    const { env = {}, ...rest } = changes
    return this.#run('docker', [...this.#composeArgs, ...args], { env: { ...this.#env, ...env }, ...rest })
  }

  /** Runs `docker compose ...` and gives its standard output. */
  async compose(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.tryCompose(args, input === undefined ? {} : { input })
    if (code !== 0)
      throw new Error(`docker compose ${args.join(' ')} ended with ${code}: ${stderr.slice(-2_000)}`)
    return stdout
  }

  async docker(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#run('docker', args)
    if (code !== 0)
      throw new Error(`docker ${args.slice(0, 3).join(' ')} ended with ${code}: ${lastLine(stderr)}`)
    return stdout
  }

  /** All containers of the project, also those that have ended. */
  async listContainers(service?: string): Promise<Container[]> {
    const output = await this.compose([
      'ps',
      '--all',
      '--no-trunc',
      '--format',
      'json',
      ...(service ? [service] : []),
    ])
    return output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ ID, Service, State, Health, ExitCode }) => ({
        id: ID,
        service: Service,
        state: State,
        health: Health,
        exitCode: ExitCode,
      }))
  }

  get isEnded(): boolean {
    return this.#stop.signal.aborted
  }

  /**
   * Ends the commands that go on and takes no others, then removes all of it: containers, also of commands that go on in
   * them, networks, volumes, the image, the passwords.
   * @returns whether nothing is left
   */
  async remove(): Promise<boolean> {
    this.#stop.abort(new Error(`${this.name} is ended`))
    const patience = sleep(END_WITHIN_MS, undefined, { ref: false })
    await Promise.race([Promise.allSettled(this.#running), patience])
    const ids = await this.#listOwn(['ps', '--all'])
    if (ids.length > 0) await this.#removeBy(['rm', '--force', ...ids])
    await this.#removeBy([...this.#composeArgs, 'down', '--volumes', '--remove-orphans'])
    // By its name: compose removes either no image with one, or those of Redis and the database as well.
    await this.#removeBy(['image', 'rm', `${this.name}-app`])
    rmSync(this.secretsDir, { recursive: true, force: true })
    const kinds = [
      ['ps', '--all'],
      ['volume', 'ls'],
      ['network', 'ls'],
      ['image', 'ls'],
    ]
    return (await Promise.all(kinds.map((kind) => this.#listOwn(kind)))).flat().length === 0
  }

  get #composeArgs(): string[] {
    return ['compose', '--env-file', '/dev/null', '--project-name', this.name]
  }

  async #listOwn(kind: readonly string[]): Promise<string[]> {
    const label = `label=com.docker.compose.project=${this.name}`
    const { code, stdout, stderr } = await this.#removeBy([...kind, '--quiet', '--filter', label])
    if (code !== 0) throw new Error(`docker ${kind.join(' ')} ended with ${code}: ${lastLine(stderr)}`)
    return stdout.split('\n').filter(Boolean)
  }

  /** Runs a command of the removal, which nothing ends. */
  #removeBy(args: readonly string[]): Promise<CommandResult> {
    return runCommand('docker', args, { cwd: ROOT, env: this.#env })
  }

  /** Runs a command of a step, which the removal ends. */
  #run(
    command: string,
    args: readonly string[],
    changes: Partial<CommandOptions> = {},
  ): Promise<CommandResult> {
    const stop = this.#stop.signal
    const result = runCommand(command, args, { cwd: ROOT, env: this.#env, stop, ...changes })
    const forget = () => void this.#running.delete(result)
    this.#running.add(result)
    result.then(forget, forget)
    return result
  }
}
