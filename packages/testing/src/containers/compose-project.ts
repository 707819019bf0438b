import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CommandResult, lastLine, runCommand } from './run-docker.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
/** Nothing of the caller's own settings reaches the project, but where Docker and the package registry are. */
const KEPT = /^(PATH|HOME|DOCKER_\w+|BUILDX_\w+|BUILDKIT_\w+|XDG_\w+|NPM_CONFIG_REGISTRY|NPMRC)$/

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
    const { code, stderr } = await runCommand('sh', ['apps/create-secrets.sh'], { cwd: ROOT, env: this.#env })
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
    const own = ['compose', '--env-file', '/dev/null', '--project-name', this.name]
    return runCommand('docker', [...own, ...args], { cwd: ROOT, env: { ...this.#env, ...env }, ...rest })
  }

  /** Runs `docker compose ...` and gives its standard output. */
  async compose(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.tryCompose(args, input === undefined ? {} : { input })
    if (code !== 0)
      throw new Error(`docker compose ${args.join(' ')} ended with ${code}: ${stderr.slice(-2_000)}`)
    return stdout
  }

  async docker(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runCommand('docker', args, { cwd: ROOT, env: this.#env })
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

  /** Removes all of it: containers, also of commands that go on, networks, volumes, the image, the passwords. */
  async remove(): Promise<void> {
    const own = ['--filter', `label=com.docker.compose.project=${this.name}`]
    const ids = (await this.docker(['ps', '--all', '--quiet', ...own])).split('\n').filter(Boolean)
    if (ids.length > 0) await this.docker(['rm', '--force', ...ids])
    await this.tryCompose(['down', '--volumes', '--remove-orphans'])
    // By its name: compose removes either no image with one, or those of Redis and the database as well.
    await runCommand('docker', ['image', 'rm', `${this.name}-app`], { cwd: ROOT, env: this.#env })
    rmSync(this.secretsDir, { recursive: true, force: true })
  }
}
