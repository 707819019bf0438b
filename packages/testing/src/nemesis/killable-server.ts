import { makeDisposableFolder, type startRedis } from '@gather/local-stack'
import { eventually } from '../eventually.ts'
import { findStablePort, isPortFree } from './stable-port.ts'

/** A private server of one test that can die and come back: same port, data folder and passwords. */
export interface KillableServer {
  /** Of the product's user; the same for good. */
  readonly url: string
  readonly port: number
  /** Of the server that runs now, or of the one that died last. */
  readonly pid: number
  /** SIGKILL; resolves when the process is gone and its port is free. Nothing happens where it is dead already. */
  kill(): Promise<void>
  /** Starts it again; resolves when it answers. Nothing happens where it runs. */
  start(): Promise<void>
  /** SIGSTOP: it keeps its connections and answers nobody. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** Ends it for good and deletes its folder, also when it is dead or paused; can be called twice. */
  stop(): Promise<void>
}

/** A server as `@gather/local-stack` starts it. */
type RunningServer = Awaited<ReturnType<typeof startRedis>>

export interface KillableServerOptions<Running extends RunningServer> {
  readonly name: string
  /** Starts it in this folder on this port, with the same passwords every time. */
  launch(place: { dataDir: string; port: number }): Promise<Running>
}

/** Starts a server with `launch`; it and its folder go with this process, however that ends. */
export async function startKillableServer<Running extends RunningServer>(
  options: KillableServerOptions<Running>,
): Promise<{ server: KillableServer; first: Running; dataDir: string; isAlive: () => boolean }> {
  const folder = makeDisposableFolder(options.name)
  const place = { dataDir: folder.path, port: await findStablePort() }
  const first = await options.launch(place).catch(async (error: unknown) => {
    await folder.remove()
    throw error
  })
  const lives = new ServerLives(first, () => options.launch(place), folder)
  return { server: lives, first, dataDir: folder.path, isAlive: () => lives.isAlive }
}

/** One server after the other; what is asked for happens one at a time, in the order of asking. */
class ServerLives implements KillableServer {
  readonly url: string
  readonly port: number
  isAlive = true
  readonly #launch: () => Promise<RunningServer>
  readonly #folder: { remove(): Promise<void> }
  #current: RunningServer
  #isStopped = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    first: RunningServer,
    launch: () => Promise<RunningServer>,
    folder: { remove(): Promise<void> },
  ) {
    this.url = first.url
    this.port = first.port
    this.#launch = launch
    this.#folder = folder
    this.#current = first
    this.#watch(first)
  }

  get pid(): number {
    return this.#current.pid
  }

  kill(): Promise<void> {
    return this.#inTurn(() => this.#end())
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isStopped) throw new Error(`the server on port ${this.port} was stopped for good`)
      if (this.isAlive) return
      this.#current = await this.#launch()
      this.#watch(this.#current)
    })
  }

  pause(): void {
    this.#current.signal('SIGSTOP')
  }

  resume(): void {
    this.#current.signal('SIGCONT')
  }

  stop(): Promise<void> {
    this.#isStopped = true
    // Its data are thrown away, so there is nothing to save by a gentler end.
    return this.#inTurn(() => this.#end().finally(() => this.#folder.remove()))
  }

  async #end(): Promise<void> {
    if (!this.isAlive) return
    this.#current.signal('SIGKILL')
    await this.#current.exited
    await eventually(`port ${this.port} becoming free`, () => isPortFree(this.port))
  }

  #watch(server: RunningServer): void {
    this.isAlive = true
    void server.exited.then(() => {
      this.isAlive = false
    })
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(step)
    this.#turn = result.catch(() => {})
    return result
  }
}
